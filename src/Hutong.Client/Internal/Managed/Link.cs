using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>
/// Keeps one connection up: the states, and what leads from one to the next. At any time it holds one timer, and one more for the token.
/// Used in the mailbox.
/// </summary>
internal sealed partial class Link : Heartbeat.IWatched
{
    // Sent when this end takes a connection for dead; whoever answers it is still there, and may log it.
    private const int GivenUp = 4000;

    private readonly Uri _address;
    private readonly WebSocketClientOptions _options;
    private readonly Mailbox _mailbox;
    private readonly ILinkUser _user;
    private readonly ILinkSocketFactory _factory;
    private readonly TimeProvider _time;
    private readonly Heartbeat _heartbeat;
    private readonly Tokens? _tokens;
    private readonly Alarm _alarm;
    private SocketUser? _socketUser;
    private IDisposable? _listening;
    private TaskCompletionSource? _ended;
    private int _state;
    private int _attempt;
    private long _retryAt;
    private ClientException? _error;

    // What was begun under another number is no longer wanted.
    private int _turn;
    private bool _wasOpen;
    private long _openedAt;
    private DateTimeOffset _notBefore;
    private bool _tokenIsStale;
    private bool _authenticated;

    public Link(Uri address, WebSocketClientOptions options, Mailbox mailbox, ILinkSocketFactory factory, ILinkUser user)
    {
        _address = address;
        _options = options;
        _mailbox = mailbox;
        _factory = factory;
        _user = user;
        _time = options.TimeProvider;
        _alarm = new Alarm(_time, mailbox);
        _heartbeat = new Heartbeat(options.Heartbeat, _time, this);
        _tokens = options.Auth is { } auth ? new Tokens(auth, _time, mailbox) : null;
    }

    public volatile ILinkSocket? Socket;

    // What others look at from any thread.
    public ClientState State
    {
        get => (ClientState)Volatile.Read(ref _state);
        private set => Volatile.Write(ref _state, (int)value);
    }

    public int Attempt
    {
        get => Volatile.Read(ref _attempt);
        private set => Volatile.Write(ref _attempt, value);
    }

    public DateTimeOffset? RetryAt
    {
        get => Volatile.Read(ref _retryAt) is var ticks && ticks > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        private set => Volatile.Write(ref _retryAt, value?.UtcTicks ?? 0);
    }

    public ClientException? Error
    {
        get => Volatile.Read(ref _error);
        private set => Volatile.Write(ref _error, value);
    }

    /// <summary>Ends when <see cref="Close"/> is done; null before.</summary>
    public Task? Ended => _ended?.Task;

    public TimeSpan? RoundTripTime => _heartbeat.RoundTripTime;

    long Heartbeat.IWatched.BytesReceived => Socket?.BytesReceived ?? 0;

    private bool IsPausing => State is ClientState.Waiting or ClientState.Offline;

    /// <summary>Hands data to the connection, if it takes any: one that is closing would swallow it.</summary>
    public bool Transmit(ReadOnlyMemory<byte> data, bool isText) => Socket is { ReadyState: ReadyState.Open } socket && socket.Send(data, isText);

    public void Connect()
    {
        if (State == ClientState.Idle)
            Start();
    }

    public void Start()
    {
        if (_ended is not null)
            return;
        if (State is ClientState.Idle or ClientState.Failed or ClientState.Closed)
        {
            Attempt = 0;
            _listening ??= _options.Environment.Listen(what => _mailbox.Run(() => Notice(what)));
        }
        else if (!IsPausing)
        {
            return;
        }

        Open();
    }

    /// <summary>Ends it for good.</summary>
    /// <param name="code">The close code.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="ending">What else ends, before anybody is told.</param>
    public void Close(int code, string reason, Action ending)
    {
        if (_ended is not null)
            return;
        var socket = Socket;
        var ended = _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Release();
        if (socket is not null)
        {
            _socketUser!.Farewell = Finish;
            _alarm.Set(_options.CloseTimeout, () => Finish(new ClientClose(1006, "close_timeout", WasClean: false)));
            socket.Close(code, reason);
        }

        ending();
        Enter(ClientState.Closed);
        if (socket is null)
        {
            End();
            ended.SetResult();
        }

        void Finish(ClientClose close)
        {
            if (Socket is null)
                return;
            Forget();
            socket.Abort();
            End();
            _user.OnClose(close with { Reconnects = false });
            ended.SetResult();
        }
    }

    public void Enter(ClientState state, DateTimeOffset? retryAt = null)
    {
        var previous = State;
        bool changes = previous != state || retryAt != RetryAt;
        State = state;
        RetryAt = retryAt;
        if (changes)
            _user.OnState(new ClientStateChange(state, previous, retryAt, Attempt, state == ClientState.Failed ? Error : null));
    }

    public void Report(ClientException error)
    {
        Error = error;
        _user.OnError(error);
    }

    void Heartbeat.IWatched.Arm(TimeSpan delay, Action then) => Arm(delay, then);

    void Heartbeat.IWatched.SendProbe(Probe probe)
    {
        if (Socket is not { ReadyState: ReadyState.Open } socket)
            return;
        int turn = _turn;
        if (probe.IsPing && socket.Ping(() => PingAnswered(turn)))
            return;
        if (probe.IsPing)
            probe = Probe.Default;
        Transmit(probe.Make(), probe.IsTextMessage);
    }

    void Heartbeat.IWatched.FoundDead() => GiveUp(ClientErrorCode.HeartbeatTimeout, "Nothing came after a probe.");

    private void PingAnswered(int turn)
    {
        if (turn == _turn)
            _heartbeat.HearPong();
    }

    private void Arm(TimeSpan delay, Action then) => _alarm.Set(delay, () => Guard(then));

    /// <summary>Runs what may call functions of the user's.</summary>
    private void Guard(Action run)
    {
        try
        {
            run();
        }
        catch (Exception e)
        {
            _user.Failed(e);
        }
    }

    /// <summary>Stops all that belongs to a connection, and lets what was begun for it come to nothing.</summary>
    private void Detach()
    {
        _turn++;
        _authenticated = false;
        _alarm.Clear();
        _heartbeat.Stop();
        _tokens?.Stop();
        _user.Halt();
    }

    private void Forget()
    {
        if (_socketUser is not null)
            _socketUser.Link = null;
        _socketUser = null;
        Socket = null;
    }

    /// <summary>Lets go of the connection without waiting for it: it may be dead.</summary>
    private void Drop(int code = 1000)
    {
        var socket = Socket;
        Forget();
        socket?.Close(code, "");
    }

    private void Release()
    {
        Detach();
        var listening = _listening;
        _listening = null;
        if (listening is not null)
            Guard(listening.Dispose);
    }

    private void End()
    {
        _alarm.End();
        _tokens?.End();
    }

    /// <summary>Passes on what a connection tells, as long as it is the link's.</summary>
    private sealed class SocketUser(Link link, string? token) : ILinkSocketUser
    {
        private string? _token = token;

        public Link? Link { get; set; } = link;

        /// <summary>Who waits for the end, and for nothing else.</summary>
        public Action<ClientClose>? Farewell { get; set; }

        public void Opened()
        {
            string? first = _token;
            _token = null;
            if (Farewell is null)
                Link?.OnSocketOpen(first);
        }

        public void Received(ClientMessage message)
        {
            if (Farewell is null)
                Link?.OnSocketMessage(message);
        }

        public void Progressed()
        {
            if (Farewell is null && Link is { State: ClientState.Open } link)
                link._user.Flow();
        }

        public void Closed(ClientClose close, TimeSpan advice)
        {
            if (Farewell is { } farewell)
                farewell(close);
            else
                Link?.Lost(close, advice);
        }
    }
}
