using Hutong.Rooms.Internal;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <content>To the client.</content>
public sealed partial class Session
{
    private List<TaskCompletionSource>? _senders;

    /// <summary>Sends a message if there is room; never waits.</summary>
    /// <param name="type">The type.</param>
    /// <param name="payload">What it carries.</param>
    /// <returns>Whether it was accepted.</returns>
    public bool TrySend(string type, Payload payload = default) => TrySend(new OutgoingMessage(type, payload, timestamp: _graph.Now));

    /// <summary>Sends a message if there is room; never waits.</summary>
    /// <param name="message">The message; make it once to send it to many.</param>
    /// <returns>Whether it was accepted.</returns>
    public bool TrySend(OutgoingMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return !_isEnded && Wire.TrySend(message);
    }

    /// <summary>Sends a message, and waits for room if there is none.</summary>
    /// <param name="type">The type.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="cancellationToken">Gives up waiting: the message is then not sent.</param>
    /// <returns>Whether it was accepted; false if the session is over, or ends meanwhile.</returns>
    public async ValueTask<bool> SendAsync(string type, Payload payload = default, CancellationToken cancellationToken = default)
    {
        var message = new OutgoingMessage(type, payload, timestamp: _graph.Now);
        while (!TrySend(message))
        {
            if (_isEnded || !Wire.IsOpen)
                return false;
            var room = new TaskCompletionSource();
            lock (_gate)
                (_senders ??= []).Add(room);
            // It may have ended before there was anyone to tell.
            if (_isEnded)
                return false;
            Wire.NotifyDrained(Wire.Pending.Bytes / 2);
            await room.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Ends it: what was accepted is sent, then the code.</summary>
    /// <param name="code">The close code: 1000, or 3000–4999. Default 3502, after which clients do not come back.</param>
    /// <param name="reason">The reason, at most 123 bytes of UTF-8.</param>
    /// <exception cref="ArgumentException">The code may not be used, or the reason is too long.</exception>
    public void Disconnect(int code = 3502, string reason = "")
    {
        RoomGraph.CheckClose(code, reason);
        Wire.Close(code, reason);
    }

    /// <summary>Sends what must not be dropped: a session that has no room for an answer is ended.</summary>
    internal void Answer(OutgoingMessage message)
    {
        if (_isEnded || Wire.TrySend(message) || _isEnded || !Wire.IsOpen)
            return;
        RoomsTelemetry.SlowDisconnect();
        Close(SessionClose.TooSlow);
    }

    internal void Close(SessionClose close) => Wire.Close(close.Code, close.Message);

    /// <summary>Lets those go on who wait for room, or for the end.</summary>
    private void LetSend()
    {
        List<TaskCompletionSource>? senders;
        lock (_gate)
        {
            senders = _senders;
            _senders = null;
        }

        foreach (var sender in senders ?? [])
            _graph.Scheduler.Schedule(static state => ((TaskCompletionSource)state!).TrySetResult(), sender);
    }
}
