using System.Buffers;

namespace Hutong.Protocol;

/// <summary>
/// One end of a WebSocket after its opening handshake, without I/O: bytes in, events and bytes out. The same object serves a
/// pipe, an event loop, a test and a fuzzer.
/// </summary>
/// <remarks>
/// Two callers may use it at once: one that receives (<see cref="TryReceive"/>) and one, under the caller's lock, that sends
/// (everything else). Parsing therefore needs no lock.
/// </remarks>
public sealed class WebSocketProtocol : IDisposable
{
    private readonly Receiver _receiver;
    private readonly IMessageTransform? _transform;
    private ClosingHandshake _closing;

    /// <summary>Makes an end.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="maxMessageSize">The largest message to take, in bytes.</param>
    /// <param name="transform">The negotiated extension, or null; disposed with this object.</param>
    /// <param name="maskingKeys">Where a client's masking keys come from; null for strong random ones.</param>
    public WebSocketProtocol(Role role, long maxMessageSize, IMessageTransform? transform = null, Func<uint>? maskingKeys = null)
    {
        _transform = transform;
        _receiver = new Receiver(role, maxMessageSize, transform);
        Sender = new Sender(role, transform, maskingKeys);
        _closing = new ClosingHandshake(role);
        Role = role;
    }

    /// <summary>The role of this end.</summary>
    public Role Role { get; }

    /// <summary>Writes frames. Send nothing once <see cref="CanSend"/> is false.</summary>
    public Sender Sender { get; }

    /// <summary>Whether data and pings may still be sent: not after this end's close frame (RFC 6455 §5.5.1).</summary>
    public bool CanSend => _closing.Sent is null && !_closing.Ended;

    /// <summary>Where the closing handshake stands.</summary>
    public ClosingHandshake Closing => _closing;

    /// <summary>Whether the peer's close frame can still be recognised in what comes.</summary>
    public bool CanFindClose => _receiver.CanFindClose;

    /// <summary>The receiving side: takes bytes up to the next event, as <see cref="Receiver.TryRead"/> does.</summary>
    /// <param name="input">The bytes received; changed in place and cut to what is left.</param>
    /// <param name="e">The event. Hand pings, closes and errors to <see cref="Answer"/>.</param>
    /// <returns>Whether there is an event; if not, every byte is taken.</returns>
    public bool TryReceive(ref Memory<byte> input, out WebSocketEvent e) => _receiver.TryRead(ref input, out e);

    /// <summary>The receiving side: report nothing more but the peer's close frame.</summary>
    public void DiscardReceived() => _receiver.Discard();

    /// <summary>
    /// Writes what the protocol owes the peer: a pong for a ping, a close frame with the same code for a close frame, one with the
    /// error's code for an error; nothing if this end has already sent its close frame.
    /// </summary>
    /// <param name="e">The event.</param>
    /// <param name="output">Where the bytes go.</param>
    /// <returns>Whether anything was written.</returns>
    public bool Answer(in WebSocketEvent e, IBufferWriter<byte> output)
    {
        switch (e.Kind)
        {
            case WebSocketEventKind.Ping when CanSend:
                Sender.WritePong(output, e.Payload.Span);
                return true;
            case WebSocketEventKind.Close:
                _closing.Receive(e.Close);
                // "the endpoint typically echos the status code it received" (RFC 6455 §5.5.1); 1010 is not a server's to send.
                var code = e.Close.Code;
                if (code != CloseCode.NoStatus && !code.MayBeSentBy(Role))
                    code = CloseCode.Normal;
                return TryWriteClose(output, new CloseStatus(code, ""));
            case WebSocketEventKind.Error:
                _closing.Fail(e.Error!);
                return TryWriteClose(output, new CloseStatus(e.Error!.CloseCode, e.Error.Message));
            default:
                return false;
        }
    }

    /// <summary>Writes this end's close frame, if it has not been sent.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="status">What to say; the code must be one that this end may send, or <see cref="CloseCode.NoStatus"/>.</param>
    /// <returns>Whether it was written.</returns>
    /// <exception cref="ArgumentException">The code may not be sent, or the reason is too long.</exception>
    public bool TryWriteClose(IBufferWriter<byte> output, CloseStatus status)
    {
        ClosingHandshake.CheckArguments(Role, status.Code, status.Reason);
        if (!_closing.TrySend(status))
            return false;
        Sender.WriteClose(output, status.Code, status.Reason);
        return true;
    }

    /// <summary>Notes the peer's close frame without answering it yet: what it crossed on the way can then still be sent. Answer it later.</summary>
    /// <param name="status">What it says.</param>
    public void NoteClose(CloseStatus status) => _closing.Receive(status);

    /// <summary>Notes that the transport has ended, in whatever way.</summary>
    public void End() => _closing.End();

    /// <summary>Gives back what is borrowed, the extension's state too.</summary>
    public void Dispose()
    {
        _receiver.Dispose();
        _transform?.Dispose();
    }
}
