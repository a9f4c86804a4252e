using System.Diagnostics;

namespace Hutong.Protocol;

/// <summary>Something that came from the peer. It is valid until the receiver is called again.</summary>
public readonly struct WebSocketEvent
{
    private readonly object? _detail;
    private readonly CloseCode _closeCode;

    private WebSocketEvent(WebSocketEventKind kind, Opcode opcode, Memory<byte> payload, bool first, bool last, long announced = 0)
    {
        Announced = announced;
        Kind = kind;
        Opcode = opcode;
        Payload = payload;
        IsFirst = first;
        EndOfMessage = last;
    }

    private WebSocketEvent(WebSocketEventKind kind, CloseCode code, object detail)
    {
        Kind = kind;
        Opcode = Opcode.Close;
        _closeCode = code;
        _detail = detail;
    }

    /// <summary>What is reported.</summary>
    public WebSocketEventKind Kind { get; }

    /// <summary>For data, <see cref="Opcode.Text"/> or <see cref="Opcode.Binary"/>: the message's, in each of its pieces.</summary>
    public Opcode Opcode { get; }

    /// <summary>For data, whether a message begins with this piece.</summary>
    public bool IsFirst { get; }

    /// <summary>For data, whether the message ends with this piece.</summary>
    public bool EndOfMessage { get; }

    /// <summary>
    /// The bytes, unmasked and decoded. They lie in the buffer that was given to the receiver or in one of its own, and may be
    /// overwritten as soon as it is called again.
    /// </summary>
    public Memory<byte> Payload { get; }

    /// <summary>For data, how many bytes of the frame are still to come, as its header says: the peer's word, and nothing to reserve memory by.</summary>
    public long Announced { get; }

    /// <summary>For a close, its code and reason.</summary>
    public CloseStatus Close => new(_closeCode, _detail as string ?? "");

    /// <summary>For an error, which.</summary>
    public ProtocolError? Error => _detail as ProtocolError;

    internal static WebSocketEvent Data(Opcode opcode, Memory<byte> payload, bool first, bool last, long announced) =>
        new(WebSocketEventKind.Data, opcode, payload, first, last, announced);

    internal static WebSocketEvent Control(Opcode opcode, Memory<byte> payload)
    {
        Debug.Assert(opcode is Opcode.Ping or Opcode.Pong, "a close has a status of its own");
        return new(opcode == Opcode.Ping ? WebSocketEventKind.Ping : WebSocketEventKind.Pong, opcode, payload, first: true, last: true);
    }

    internal static WebSocketEvent Closed(CloseStatus status) => new(WebSocketEventKind.Close, status.Code, status.Reason);

    internal static WebSocketEvent Failed(ProtocolError error) => new(WebSocketEventKind.Error, error.CloseCode, error);
}
