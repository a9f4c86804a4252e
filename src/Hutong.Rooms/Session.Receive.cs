using Hutong.Rooms.Internal;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <content>What a wire calls.</content>
public sealed partial class Session
{
    private Queue<TaskCompletionSource>? _waitingTurns;
    private bool _inTurn;

    /// <summary>
    /// Handles a message of the client. Messages are handled one after the other, in the order of the calls; too many that wait are refused. What
    /// is wrong with one is answered, and never thrown.
    /// </summary>
    /// <param name="envelope">The message; its memory must stay valid until the task ends.</param>
    public async ValueTask ReceiveAsync(Envelope envelope)
    {
        if (!TryEnter(out var turn))
        {
            SendError(RoomError.RateLimited, envelope.Id, envelope.Room);
            return;
        }

        if (turn is not null)
            await turn.ConfigureAwait(false);
        try
        {
            if (!_isEnded)
                await _graph.HandleAsync(this, envelope).ConfigureAwait(false);
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Answers with an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="id">The id of the message that was wrong, if it could be read.</param>
    /// <param name="room">The room concerned; null for none.</param>
    public void SendError(RoomError error, MessageId id = default, string? room = null)
    {
        ArgumentNullException.ThrowIfNull(error);
        Answer(Answers.Error(error, id, room));
    }

    /// <summary>A wire has handed on what <see cref="SessionWire.NotifyDrained"/> asked for.</summary>
    public void Drained()
    {
        Member[] behind;
        lock (_gate)
            behind = [.. _members.AsSpan(0, _memberCount).ToArray().Where(m => m!.State == MemberState.Behind || m.Waiting is LatestQueue)!];
        LetSend();
        foreach (var member in behind)
            _graph.Scheduler.Schedule(static state => ((Member)state!).Room.Post(new DrainedOperation((Member)state)), member);
    }

    /// <summary>The wire has ended for good: the session leaves its rooms, and is over. Repeated calls do nothing.</summary>
    /// <param name="code">The close code; 1006 if there was none.</param>
    /// <param name="reason">The reason.</param>
    public void End(int code, string reason = "")
    {
        Member[] members;
        lock (_gate)
        {
            if (_isEnded)
                return;
            _isEnded = true;
            members = _members.AsSpan(0, _memberCount).ToArray()!;
        }

        LetSend();
        if (!_graph.Remove(this))
            return;
        RoomsLog.Ended(_graph.Log, Id, code);
        // A wire may end on an event loop, where there is no time for rooms, let alone for handlers.
        _graph.Scheduler.Schedule(static state => _ = state is (Session s, Member[] m, int c, string r) ? s.EndAsync(m, c, r) : null, (this, members, code, reason));
    }

    private async Task EndAsync(Member[] members, int code, string reason)
    {
        foreach (var member in members)
            member.Room.Post(new LeaveOperation(member));
        if (_ended is null && _graph.Handlers is { Leave.Length: 0, Disconnect.Length: 0, HasMiddleware: false })
            return;
        if (_ended is not null)
            await _ended.CancelAsync().ConfigureAwait(false);
        TryEnter(out var turn, always: true);
        if (turn is not null)
            await turn.ConfigureAwait(false);
        try
        {
            foreach (var member in members)
                await _graph.RunAsync(new LeaveContext(_graph, this, member.Room.Name), "leave").ConfigureAwait(false);
            await _graph.RunAsync(new DisconnectContext(_graph, this, code, reason), "disconnect").ConfigureAwait(false);
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Asks for the turn in which messages are handled.</summary>
    /// <param name="turn">Ends when it has come; null if it has.</param>
    /// <param name="always">Whether to wait however many wait already.</param>
    /// <returns>False if too many wait.</returns>
    private bool TryEnter(out Task? turn, bool always = false)
    {
        turn = null;
        lock (_gate)
        {
            if (!_inTurn)
            {
                _inTurn = true;
                return true;
            }

            _waitingTurns ??= new();
            if (!always && _waitingTurns.Count >= _graph.Options.MaxWaitingMessages)
                return false;
            var waiting = new TaskCompletionSource();
            _waitingTurns.Enqueue(waiting);
            turn = waiting.Task;
            return true;
        }
    }

    private void Exit()
    {
        TaskCompletionSource? next = null;
        lock (_gate)
        {
            if (_waitingTurns?.TryDequeue(out next) != true)
                _inTurn = false;
        }

        if (next is not null)
            _graph.Scheduler.Schedule(static state => ((TaskCompletionSource)state!).SetResult(), next);
    }
}
