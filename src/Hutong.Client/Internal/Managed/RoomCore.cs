using System.Text.Json;
using Hutong.Rooms;

namespace Hutong.Client.Internal;

/// <summary>
/// A room that is kept joined. Its listeners see every publication in order and once, or one gap in place of what they do not see. Used in the
/// mailbox.
/// </summary>
internal sealed class RoomCore
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly ClientCore _core;
    private readonly RoomJoinOptions _options;
    private readonly Alarm _alarm;
    private ClientRoom[] _users;
    private object? _position;

    // The first answer decides whether there was anything before it that could have been missed.
    private bool _wasJoined;
    private bool _lossy;
    private int _turn;
    private bool _asking;
    private int _failures;

    public RoomCore(ClientCore core, ClientRoom first, RoomJoinOptions options)
    {
        _core = core;
        Name = first.Name;
        _users = [first];
        _options = options;
        Position = options.Since;
        State = RoomState.Joining;
        _alarm = new Alarm(core.Options.TimeProvider, core.Mailbox);
    }

    public string Name { get; }

    public RoomState State { get; private set; }

    // In a box: it is looked at from any thread.
    public StreamPosition? Position
    {
        get => (StreamPosition?)Volatile.Read(ref _position);
        private set => Volatile.Write(ref _position, value);
    }

    public ClientException? Error { get; private set; }

    public bool HasUsers => _users.Length > 0;

    public void Remove(ClientRoom user) => _users = [.. _users.Where(u => u != user)];

    public bool IsUsedBy(ClientRoom user) => _users.Contains(user);

    /// <summary>Takes in one who came later, or again.</summary>
    public void Greet(ClientRoom user)
    {
        bool isNew = !IsUsedBy(user);
        if (isNew)
        {
            _users = [.. _users, user];
            user.Enter(this);
        }

        if (State != RoomState.Joined)
            return;
        if (isNew)
            user.TellJoined(new RoomJoined(Position, null));
        else
            user.EndJoining(null);
    }

    /// <summary>Asks to be let in, and for what was missed since the last position.</summary>
    public void Join()
    {
        _alarm.Clear();
        if (_asking || _core.Link.State != ClientState.Open)
            return;
        _asking = true;
        int turn = ++_turn;
        var since = Position;
        var message = new OutgoingMessage { Type = "join", Id = Outgoing.NewId(), Room = Name, Since = since, Info = _options.Info };
        var item = Outgoing.Write(message, _core.Options.TimeProvider.GetUtcNow());
        _core.Call(new Request(message.Id, item, Retry: false, _core.Options.RequestTimeout, Done, default), urgent: true);

        void Done(ClientException? error, ClientMessage? ack)
        {
            if (turn != _turn || !_asking)
                return;
            if (error is null)
                Answered(since, ack!);
            else
                Refused(error);
        }
    }

    /// <summary>There is another connection: it is in no room.</summary>
    public void Rejoin()
    {
        if (State is RoomState.Refused or RoomState.Left)
            return;
        Lose();
        Join();
    }

    /// <summary>The connection is gone, and with it what was asked.</summary>
    public void Lose()
    {
        _alarm.Clear();
        _asking = false;
        if (State == RoomState.Joined)
            State = RoomState.Joining;
    }

    /// <summary>The end, for all who use it.</summary>
    public void Forget(ClientException reason)
    {
        Lose();
        State = RoomState.Left;
        _alarm.End();
        foreach (var user in _users)
            user.TellLeft(reason);
        _users = [];
    }

    /// <summary>Something came for this room.</summary>
    public void Receive(ClientMessage message)
    {
        bool isPosition = message.Type == "position";
        if (message.Position is not { } at || _lossy)
        {
            if (message.Position is { } to && (Position is not { } last || last.Epoch != to.Epoch || last.Offset < to.Offset))
                Position = to;
            if (!isPosition)
                Deliver(message);
            return;
        }

        // What comes between the question and the answer is part of the answer.
        if (_asking || (Position is { } here && here.Epoch == at.Epoch && at.Offset <= here.Offset))
            return;
        bool isNext = Position is { } before ? before.Epoch == at.Epoch && before.Offset + 1 == at.Offset : at.Offset == 1;
        if (!isNext || (isPosition && ClientMessage.Field(message.Payload, "skipped") is not { ValueKind: JsonValueKind.True }))
        {
            Join();
            return;
        }

        Position = at;
        if (!isPosition)
            Deliver(message);
    }

    private void Deliver(ClientMessage message)
    {
        foreach (var user in _users)
            user.Deliver(message);
    }

    private void Answered(StreamPosition? since, ClientMessage ack)
    {
        var payload = ack.Payload;
        bool? recovered = ClientMessage.Field(payload, "recovered")?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
        var position = ack.Position;
        bool before = _wasJoined;
        bool entering = State != RoomState.Joined;
        _asking = false;
        _failures = 0;
        _lossy = ClientMessage.String(payload, "delivery") is { } delivery && delivery != "all";
        _wasJoined = true;
        State = RoomState.Joined;
        Error = null;
        // What is missed is either all there or not at all.
        bool isWhole = recovered == true && since is not null;
        Position = isWhole ? since : position;
        int turn = _turn;
        if (entering)
            Tell(new RoomJoined(position, recovered), static (user, e) => user.TellJoined(e));
        if (!isWhole && (since is not null || before))
            Tell(new RoomGap(since, position), static (user, e) => user.TellGap(e));
        if (!isWhole)
            return;
        if (ClientMessage.Field(payload, "missed") is { ValueKind: JsonValueKind.Array } missed)
            Catch(missed, turn);
        if (turn == _turn && State == RoomState.Joined && position is not null)
            Position = position;
    }

    private void Catch(JsonElement missed, int turn)
    {
        foreach (var publication in missed.EnumerateArray())
        {
            // A listener may have left the room, or ended the connection.
            if (turn != _turn || State == RoomState.Left)
                return;
            if (ClientMessage.PositionOf(publication) is not { } at || at.Offset <= Position!.Value.Offset
                || ClientMessage.String(publication, "type") is null)
                continue;
            Position = at;
            Deliver(ClientMessage.Envelope(publication));
        }
    }

    private void Refused(ClientException error)
    {
        // With the connection the question is gone too; the next connection brings another one.
        if (error.Answer is null && error.Code is ClientErrorCode.ConnectionLost or ClientErrorCode.NotOpen or ClientErrorCode.ClientClosed)
            return;
        _asking = false;
        Error = error;
        bool isFinal = false;
        if (error.Code is "rate_limited" or "overloaded" or "internal" or ClientErrorCode.Timeout or ClientErrorCode.QueueFull)
        {
            var wait = TimeSpan.FromMilliseconds(Math.Min(LongestWait.TotalMilliseconds, 500 * Math.Pow(2, _failures++)));
            _alarm.Set(wait / 2 + _core.Options.Random.NextDouble() * wait / 2, Join);
        }
        else if (!error.Code.StartsWith("auth_", StringComparison.Ordinal))
        {
            // Who was not known may be on the next connection; everything else is the server's last word.
            State = RoomState.Refused;
            isFinal = true;
        }

        Tell((error, isFinal), static (user, e) => user.TellError(e.error, e.isFinal));
    }

    private void Tell<T>(T what, Action<ClientRoom, T> tell)
    {
        foreach (var user in _users)
            tell(user, what);
    }
}
