namespace Hutong.Protocol;

/// <summary>
/// What a peer did wrong: a value, never an exception. The set is closed; each error has a stable <see cref="Code"/>, the
/// close code to answer with and a sentence for people. See <c>docs/reference/errors.md</c>.
/// </summary>
public sealed class ProtocolError
{
    /// <summary>RSV1, RSV2 or RSV3 is set and no negotiated extension defines it (RFC 6455 §5.2).</summary>
    public static readonly ProtocolError ReservedBits = Violation("reserved_bits", "A reserved bit is set and no negotiated extension gives it a meaning.");

    /// <summary>An opcode that the RFC reserves (RFC 6455 §5.2).</summary>
    public static readonly ProtocolError ReservedOpcode = Violation("reserved_opcode", "The opcode is reserved.");

    /// <summary>A control frame without FIN (RFC 6455 §5.5).</summary>
    public static readonly ProtocolError FragmentedControl = Violation("fragmented_control", "A control frame is fragmented.");

    /// <summary>A control frame with more than 125 bytes (RFC 6455 §5.5).</summary>
    public static readonly ProtocolError ControlTooLong = Violation("control_too_long", "A control frame holds more than 125 bytes.");

    /// <summary>A frame from a client that is not masked (RFC 6455 §5.1).</summary>
    public static readonly ProtocolError NotMasked = Violation("not_masked", "A frame from the client is not masked.");

    /// <summary>A frame from a server that is masked (RFC 6455 §5.1).</summary>
    public static readonly ProtocolError Masked = Violation("masked", "A frame from the server is masked.");

    /// <summary>A length in more bytes than it needs (RFC 6455 §5.2).</summary>
    public static readonly ProtocolError LengthNotMinimal = Violation("length_not_minimal", "The payload length is not in its shortest form.");

    /// <summary>A 64-bit length whose top bit is set (RFC 6455 §5.2).</summary>
    public static readonly ProtocolError LengthTopBit = Violation("length_top_bit", "The top bit of the 64-bit payload length is set.");

    /// <summary>A continuation frame where no message is open (RFC 6455 §5.4).</summary>
    public static readonly ProtocolError UnexpectedContinuation = Violation("unexpected_continuation", "A continuation frame came with no message to continue.");

    /// <summary>A new text or binary frame before the last message was finished (RFC 6455 §5.4).</summary>
    public static readonly ProtocolError ExpectedContinuation = Violation("expected_continuation", "A new message began before the last one was finished.");

    /// <summary>A close frame whose payload is one byte (RFC 6455 §5.5.1).</summary>
    public static readonly ProtocolError ClosePayloadLength = Violation("close_payload_length", "A close frame holds one byte: half a code.");

    /// <summary>A close code that may not be sent (RFC 6455 §7.4).</summary>
    public static readonly ProtocolError InvalidCloseCode = Violation("invalid_close_code", "The close code may not be sent.");

    /// <summary>A close reason that is not UTF-8 (RFC 6455 §5.5.1, §8.1).</summary>
    public static readonly ProtocolError InvalidCloseReason = new("invalid_close_reason", CloseCode.InvalidPayload, "The close reason is not UTF-8.", framingIntact: true);

    /// <summary>A text message that is not UTF-8 (RFC 6455 §8.1).</summary>
    public static readonly ProtocolError InvalidUtf8 = new("invalid_utf8", CloseCode.InvalidPayload, "A text message is not UTF-8.", framingIntact: true);

    /// <summary>A message above the configured size (RFC 6455 §7.4.1, code 1009).</summary>
    public static readonly ProtocolError MessageTooBig = new("message_too_big", CloseCode.MessageTooBig, "The message is larger than this end takes.", framingIntact: true);

    /// <summary>A payload that a negotiated extension could not decode.</summary>
    public static readonly ProtocolError InvalidTransform = new("invalid_extension_data", CloseCode.InvalidPayload, "An extension could not decode the message.", framingIntact: true);

    private ProtocolError(string code, CloseCode closeCode, string message, bool framingIntact)
    {
        Code = code;
        CloseCode = closeCode;
        Message = message;
        FramingIntact = framingIntact;
    }

    /// <summary>Every error there is, in the order of the documentation.</summary>
    public static IReadOnlyList<ProtocolError> All { get; } =
    [
        ReservedBits, ReservedOpcode, FragmentedControl, ControlTooLong, NotMasked, Masked, LengthNotMinimal, LengthTopBit,
        UnexpectedContinuation, ExpectedContinuation, ClosePayloadLength, InvalidCloseCode, InvalidCloseReason, InvalidUtf8,
        MessageTooBig, InvalidTransform,
    ];

    /// <summary>The stable name, in snake_case.</summary>
    public string Code { get; }

    /// <summary>The close code to fail the connection with.</summary>
    public CloseCode CloseCode { get; }

    /// <summary>One sentence for people; also the reason in the close frame.</summary>
    public string Message { get; }

    /// <summary>Whether frames can still be told apart after this error, so that the peer's close frame can be looked for.</summary>
    public bool FramingIntact { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message}";

    private static ProtocolError Violation(string code, string message) => new(code, CloseCode.ProtocolError, message, framingIntact: false);
}
