namespace Hutong.Rooms.Protocol;

/// <summary>
/// A message of the rooms protocol. What is absent is null or empty. The memory of a parsed envelope lies in the message that was parsed (but
/// for <see cref="PayloadKind.Bytes"/> of the JSON dialect) and is valid as long as that. See <c>docs/reference/envelope.md</c>.
/// </summary>
public readonly record struct Envelope
{
    /// <summary>What the message is. Types of the protocol itself are in <see cref="EnvelopeType"/>; all others are the application's.</summary>
    public string Type { get; init; }

    /// <summary>Names the message, so that an answer can name it too.</summary>
    public MessageId Id { get; init; }

    /// <summary>The room; also understood as <c>payload.roomId</c>.</summary>
    public string? Room { get; init; }

    /// <summary>When it was sent, in milliseconds since 1970-01-01 UTC.</summary>
    public long? Timestamp { get; init; }

    /// <summary>Where a publication stands in its room: the members <c>epoch</c> and <c>offset</c>.</summary>
    public StreamPosition? Position { get; init; }

    /// <summary>The key of a publication of which a slow reader needs the newest only.</summary>
    public string? Key { get; init; }

    /// <summary>What the payload is.</summary>
    public PayloadKind PayloadKind { get; init; }

    /// <summary>The payload's bytes, untouched: a JSON value or the application's bytes.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Where a client stopped in a room: <c>join</c> and <c>history</c>.</summary>
    public StreamPosition? Since { get; init; }

    /// <summary>What a client proves itself with: <c>auth</c> and <c>resume</c>.</summary>
    public string? Token { get; init; }

    /// <summary>Why: <c>auth_fail</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The id of a session: <c>resume</c>.</summary>
    public string? Session { get; init; }

    /// <summary>The number of the last message received: <c>resume</c>.</summary>
    public long? Ack { get; init; }

    /// <summary>What others see of a member, a JSON value: <c>join</c>. Empty if absent.</summary>
    public ReadOnlyMemory<byte> Info { get; init; }

    /// <summary>
    /// The whole message as it came. In the JSON dialect a message without <c>payload</c> may have its content beside <c>type</c>: a handler
    /// reads it from here.
    /// </summary>
    public ReadOnlyMemory<byte> Raw { get; init; }
}
