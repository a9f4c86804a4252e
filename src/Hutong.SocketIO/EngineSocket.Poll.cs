using Hutong.SocketIO.Internal.Engine;

namespace Hutong.SocketIO;

/// <content>Polling: at most one GET waits for packets, and at most one POST is under way.</content>
public sealed partial class EngineSocket
{
    // A session on a WebSocket from the beginning has its endpoint's request.
    private readonly bool _ownsRequest;

    // How long a GET may be overtaken by a POST that ends the session.
    private static readonly TimeSpan CrossingTime = TimeSpan.FromMilliseconds(100);

    // The client has moved, and what waits is being handed to its WebSocket.
    private bool _isSwitching;

    /// <summary>Whether a POST is under way, for tests.</summary>
    internal bool IsPosting
    {
        get
        {
            lock (_gate)
                return _polling is { Posting: true };
        }
    }

    /// <summary>Begins a GET: it waits until there is something to answer. What it returns is to be taken by <see cref="TakePoll"/>.</summary>
    internal PollStart BeginPoll(out Poll? poll)
    {
        poll = null;
        lock (_gate)
        {
            if (_state == EngineState.Closed || _polling is not { } polling || _isSwitching)
                return PollStart.Refused;
            if (polling.Parked is null)
            {
                poll = polling.Park();
                if (polling.Count > 0)
                    poll.Signal();
                return PollStart.Served;
            }
        }

        Close(EngineCloseReason.TransportError, "poll_overlap");
        return PollStart.Overlap;
    }

    /// <summary>Ends when a GET waits, or none is to be expected.</summary>
    private Task WaitForPoll()
    {
        lock (_gate)
            return _polling is { Parked: null } polling ? polling.WaitForPoll() : Task.CompletedTask;
    }

    /// <summary>Takes the answer to a GET, which ends its waiting. <see cref="EndPoll"/> is to follow when it is written.</summary>
    /// <returns>False if it is refused: a client that moves has no poll left when it does.</returns>
    internal bool TakePoll(Poll poll, List<EngineMessage> into)
    {
        Action? drained = null;
        lock (_gate)
        {
            if (poll.IsRefused)
                return false;
            if (_polling is { } polling && polling.Parked == poll)
            {
                polling.Parked = null;
                polling.Writing++;
                if (!_isSwitching)
                    polling.Take(into, _server.Options.MaxPayload);
                drained = polling.TakeDrained();
            }

            // The end of a session that has closed; or there is nothing else, and a client that moves is to be let go.
            if (into.Count == 0)
                into.Add(poll.Final ?? EngineMessage.Noop);
        }

        drained?.Invoke();
        return true;
    }

    /// <summary>The answer to a GET is written.</summary>
    internal void EndPoll(bool closes)
    {
        lock (_gate)
        {
            if (_polling is { } polling)
            {
                polling.Writing--;
                polling.SignalIfIdle();
            }
        }

        // The last thing in the queue was the end.
        if (closes)
            End(EngineCloseReason.ForcedClose, description: null, EngineMessage.Close);
    }

    /// <summary>Begins a POST. <see cref="EndPost"/> is to follow when its packets are handled.</summary>
    internal PollStart BeginPost()
    {
        lock (_gate)
        {
            if (_state == EngineState.Closed || _polling is not { } polling || _isSwitching)
                return PollStart.Refused;
            if (!polling.Posting)
            {
                polling.Posting = true;
                return PollStart.Served;
            }
        }

        Close(EngineCloseReason.TransportError, "post_overlap");
        return PollStart.Overlap;
    }

    internal void EndPost()
    {
        lock (_gate)
        {
            if (_polling is not { } polling)
                return;
            polling.Posting = false;
            polling.SignalIfIdle();
        }
    }
}
