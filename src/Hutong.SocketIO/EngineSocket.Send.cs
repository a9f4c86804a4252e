using Hutong.Connections;
using Hutong.SocketIO.Internal.Engine;

namespace Hutong.SocketIO;

/// <content>Sending: straight to the WebSocket where there is one, else into the queue that polls empty.</content>
public sealed partial class EngineSocket
{
    /// <summary>Bytes that were accepted and neither handed to the network nor answered to a poll.</summary>
    public long BufferedAmount
    {
        get
        {
            if (_direct is { } direct)
                return direct.BufferedAmount;
            lock (_gate)
                return (_polling?.Bytes ?? 0) + (_isSwitching ? _webSocket!.BufferedAmount : 0);
        }
    }

    /// <summary>Sends a message if the queue has room; never waits.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether it was accepted. False if the queue is full (<see cref="EngineOptions.QueueLimit"/>) or the session is over.</returns>
    public bool TrySend(EngineMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_direct is { } direct)
            return _state == EngineState.Open && direct.TrySend(message.Prepared) && CountSent(1);
        return TrySendSlowly([message]);
    }

    /// <summary>Sends several messages, all or none, with nothing of others between them; never waits.</summary>
    /// <param name="messages">The messages.</param>
    /// <returns>Whether they were accepted. False if the queue has no room for all of them or the session is over.</returns>
    public bool TrySend(ReadOnlySpan<EngineMessage> messages) => _direct is null ? TrySendSlowly(messages) : TrySendDirect(messages);

    /// <summary>Sends a message, and waits for room in the queue.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Gives up waiting: the message is then not sent.</param>
    /// <returns>Whether it was accepted. False if the session is over.</returns>
    public ValueTask<bool> SendAsync(EngineMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        return TrySend(message) ? new(true) : SendSlowlyAsync(message, cancellationToken);
    }

    /// <summary>Whether a message would leave at once: a poll waits, or the WebSocket has nothing unsent.</summary>
    internal bool IsWritable
    {
        get
        {
            if (_direct is { } direct)
                return _state == EngineState.Open && direct.IsOpen && direct.BufferedAmount == 0;
            lock (_gate)
                return _state == EngineState.Open && _polling is { Parked.Final: null, Count: 0 };
        }
    }

    /// <summary>Calls back once, as soon as no more than so many bytes are unsent; at once if that is so. A second call replaces the first.</summary>
    internal void NotifyDrained(long bytes, Action callback)
    {
        Action? due = null;
        var direct = _direct;
        if (direct is null)
        {
            lock (_gate)
            {
                direct = _direct;
                if (direct is null && _state == EngineState.Open)
                {
                    _polling!.NotifyDrained(bytes, callback);
                    due = _polling.TakeDrained();
                }
            }
        }

        due?.Invoke();
        direct?.NotifyDrained(bytes, callback);
    }

    private bool TrySendSlowly(ReadOnlySpan<EngineMessage> messages)
    {
        lock (_gate)
        {
            if (_state != EngineState.Open)
                return false;
            if (_direct is null)
            {
                long size = 0;
                foreach (var message in messages)
                    size += message.PolledLength;
                if (_polling!.Bytes > 0 && _polling.Bytes + size > _server.Options.QueueLimit)
                    return false;
                foreach (var message in messages)
                    _polling.Enqueue(message);
                return CountSent(messages.Length);
            }
        }

        // The client has moved meanwhile.
        return TrySendDirect(messages);
    }

    private bool TrySendDirect(ReadOnlySpan<EngineMessage> messages)
    {
        if (messages.Length == 1)
            return TrySend(messages[0]);
        if (_state != EngineState.Open)
            return false;
        var prepared = new PreparedMessage[messages.Length];
        for (int i = 0; i < prepared.Length; i++)
            prepared[i] = messages[i].Prepared;
        return _direct!.TrySend(prepared) && CountSent(messages.Length);
    }

    private async ValueTask<bool> SendSlowlyAsync(EngineMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_state != EngineState.Open)
                    return false;
                if (_direct is not null)
                    break;
                room = _polling!.WaitForRoom();
            }

            // Room may have come before it was asked for; then nobody would tell.
            if (TrySend(message))
                return true;
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await _direct!.SendAsync(message.Prepared, cancellationToken).ConfigureAwait(false);
            return CountSent(1);
        }
        catch (ConnectionClosedException)
        {
            return false;
        }
    }

    private bool CountSent(int packets)
    {
        EngineTelemetry.Sent(Transport, packets);
        return true;
    }
}
