using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <summary>A publication that has no place in its stream yet.</summary>
/// <param name="Type">The type, chosen by the application.</param>
/// <param name="Payload">What it carries.</param>
public sealed record PublishRequest(string Type, Payload Payload)
{
    /// <summary>The id that the client gave it, if one did.</summary>
    public MessageId Id { get; init; }

    /// <summary>See <see cref="Publication.Key"/>.</summary>
    public string? Key { get; init; }

    /// <summary>See <see cref="Publication.Sender"/>.</summary>
    public string? Sender { get; init; }

    /// <summary>
    /// Ids of sessions that do not get it. In a room with history they are told the position instead, and see it if they ask for history.
    /// </summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>
    /// Makes publishing repeatable: of two requests for one room with the same key within <see cref="StreamOptions.DedupeWindow"/> the second
    /// publishes nothing and is answered with the first one's position. Null: no such key.
    /// </summary>
    public string? DedupeKey { get; init; }

    /// <summary>Whether it stays out of the history, and has no position: a hint for those who are there.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Whether it is ephemeral, and only for sessions to which it would go out at once: see <see cref="SessionWire.IsWritable"/>.</summary>
    public bool Volatile { get; init; }

    /// <summary>If there are any, only those members get it who are in one of these rooms too. Of the moment at which it is delivered.</summary>
    public IReadOnlyList<string> Among { get; init; } = [];

    /// <summary>Members who are in one of these rooms do not get it. Of the moment at which it is delivered.</summary>
    public IReadOnlyList<string> ExceptRooms { get; init; } = [];

    /// <summary>See <see cref="OutgoingMessage.Original"/>.</summary>
    public ReadOnlyMemory<byte> Original { get; init; }
}
