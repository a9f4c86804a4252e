namespace Hutong.SocketIO.Protocol;

/// <summary>
/// What is wrong with an Engine.IO packet: a value with a stable <see cref="Code"/> and a sentence. The set is closed; see
/// <c>docs/reference/errors.md</c>.
/// </summary>
public sealed class EngineError
{
    /// <summary>A packet of no bytes: an empty payload, or a separator with nothing before or after it.</summary>
    public static readonly EngineError Empty = new("empty_packet", "A packet has no bytes.");

    /// <summary>The first byte is no packet type.</summary>
    public static readonly EngineError UnknownType = new("unknown_packet_type", "The first byte of a packet is no packet type.");

    /// <summary>What follows <c>b</c> is not base64 (RFC 4648 §4, padded, without white space).</summary>
    public static readonly EngineError InvalidBase64 = new("invalid_base64", "A binary packet is not base64.");

    /// <summary>A packet is not UTF-8.</summary>
    public static readonly EngineError InvalidUtf8 = new("invalid_packet_text", "A packet is not UTF-8.");

    /// <summary>A packet is larger than this end takes.</summary>
    public static readonly EngineError TooLarge = new("packet_too_large", "A packet is larger than this end takes.");

    /// <summary>The data of an open packet is not what it should be.</summary>
    public static readonly EngineError InvalidOpen = new("invalid_open_packet", "The data of the open packet are not the JSON object that they should be.");

    private EngineError(string code, string message)
    {
        Code = code;
        Message = message;
    }

    /// <summary>Every error there is, in the order of the documentation.</summary>
    public static IReadOnlyList<EngineError> All { get; } = [Empty, UnknownType, InvalidBase64, InvalidUtf8, TooLarge, InvalidOpen];

    /// <summary>The stable name, in snake_case.</summary>
    public string Code { get; }

    /// <summary>One sentence for people.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => Code;
}
