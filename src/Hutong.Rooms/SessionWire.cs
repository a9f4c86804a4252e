using Hutong.Connections;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <summary>
/// What carries a session's messages: a WebSocket, or a queue that HTTP requests empty. It takes messages in the order of the calls, one at a
/// time or from many threads, and never blocks. When it has ended for good it calls <see cref="Session.End"/>, once.
/// </summary>
public abstract class SessionWire
{
    /// <summary>The session that it carries; null until it was opened.</summary>
    public Session? Session { get; internal set; }

    /// <summary>What kind it is, for metrics: <c>websocket</c>, <c>sse</c>. One of few values.</summary>
    public abstract string Name { get; }

    /// <summary>How it writes; shared by all wires that write alike.</summary>
    public abstract Dialect Dialect { get; }

    /// <summary>
    /// The WebSocket that takes every message just as the dialect encodes it, as a <see cref="PreparedMessage"/>; null if something lies between. From null it may
    /// change once: <see cref="Session.DirectChanged"/> is called then.
    /// </summary>
    internal virtual WebSocketConnection? Direct => null;

    /// <summary>Whether nobody wants to see what is sent by <see cref="Direct"/>. It may change: <see cref="Session.DirectChanged"/> is called then.</summary>
    internal virtual bool TakesAll => true;

    /// <summary>Whether it still takes messages: false from the moment on that it is being closed, by whichever side.</summary>
    public virtual bool IsOpen => true;

    /// <summary>Whether a message would go out at once, with nothing waiting before it.</summary>
    public virtual bool IsWritable => Pending.Bytes == 0;

    /// <summary>What it has accepted and not handed on yet.</summary>
    public abstract SessionLag Pending { get; }

    /// <summary>Sends a message.</summary>
    /// <param name="message">The message, of which it needs <see cref="OutgoingMessage.In"/> its dialect.</param>
    /// <returns>Whether it was accepted. False: the queue is full, or the wire has ended.</returns>
    public abstract bool TrySend(OutgoingMessage message);

    /// <summary>
    /// Asks for one call of <see cref="Session.Drained"/>, as soon as at most so many bytes are pending: at once if that is so already. Repeated
    /// calls before it ask for no second one. Once it is being closed it must not call.
    /// </summary>
    /// <param name="bytes">How many.</param>
    public abstract void NotifyDrained(long bytes);

    /// <summary>Ends it: what was accepted is sent, then the code. <see cref="Session.End"/> follows. Repeated calls do nothing.</summary>
    /// <param name="code">The close code.</param>
    /// <param name="reason">The reason, at most 123 bytes.</param>
    public abstract void Close(int code, string reason);

    /// <summary>
    /// Takes a message that concerns the wire and not the rooms: <c>auth</c> and <c>resume</c>. Not supported unless overridden.
    /// </summary>
    /// <param name="envelope">The message; valid until the task ends.</param>
    /// <returns>What is wrong with it; null if it was taken, and answered.</returns>
    public virtual ValueTask<RoomError?> ReceiveAsync(Envelope envelope) => new(RoomError.UnknownType);
}
