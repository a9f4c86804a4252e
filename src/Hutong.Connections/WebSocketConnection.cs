using System.IO.Pipelines;
using Hutong.Connections.Internal;
using Hutong.Protocol;

namespace Hutong.Connections;

/// <summary>
/// An open WebSocket, either role, over any driver. Sends may come from any number of threads at once and keep their order; messages
/// are taken either by <see cref="OnMessage"/> or by one reader of <see cref="ReadAllAsync"/>. Who owns a message's bytes is said at
/// <see cref="Message"/>.
/// </summary>
public sealed partial class WebSocketConnection : IConnectionSink, ITimerWheelOwner, IThreadPoolWorkItem, IAsyncDisposable
{
    private readonly IConnectionDriver _driver;
    private readonly WebSocketProtocol _protocol;
    private readonly IMessageTransform? _transform;
    private readonly ConnectionOptions _options;
    private readonly long _pauseThreshold;
    private readonly TimerWheel _wheel;

    // Guards sending: the protocol's sending half, the closing handshake, the driver's output and everything in *.Send*.cs.
    private readonly Lock _gate;
    private int _started;

    private WebSocketConnection(IConnectionDriver driver, Role role, ConnectionOptions options, string? subprotocol, IMessageTransform? transform)
    {
        _driver = driver;
        _gate = driver.Gate;
        _options = options;
        // If both ends stopped reading at the same sign of delay, two that send much to each other would wait for each other for ever. So a
        // client reads on until its send queue is more than full, which its own messages alone do not bring about.
        long queue = role == Role.Client ? options.SendQueueLimit : 0;
        _pauseThreshold = queue > long.MaxValue - options.ReceivePauseThreshold ? long.MaxValue : queue + options.ReceivePauseThreshold;
        _protocol = new WebSocketProtocol(role, options.MaxMessageSize, transform);
        _wheel = TimerWheel.For(options.TimeProvider);
        _transform = transform;
        Subprotocol = subprotocol;
    }

    /// <summary>Which end this is.</summary>
    public Role Role => _protocol.Role;

    /// <summary>The subprotocol agreed on; null if none.</summary>
    public string? Subprotocol { get; }

    /// <summary>Whether messages can flow; never <see cref="ReadyState.Connecting"/>, for a connection begins open.</summary>
    public ReadyState State
    {
        get
        {
            lock (_gate)
                return _finished ? ReadyState.Closed : CanSend && _protocol.Closing.Received is null ? ReadyState.Open : ReadyState.Closing;
        }
    }

    /// <summary>Whether messages can be sent now.</summary>
    public bool IsOpen => State == ReadyState.Open;

    /// <summary>What this connection has counted.</summary>
    public ConnectionStatistics Statistics
    {
        get
        {
            lock (_gate)
                return new(_messagesReceived, _bytesReceived, _messagesSent, _bytesSent, _messagesDropped);
        }
    }

    /// <summary>Takes pings from the peer, which are answered by themselves. Same rules as for <see cref="OnMessage"/>.</summary>
    public Action<WebSocketConnection, ReadOnlyMemory<byte>>? OnPing { get; set; }

    /// <summary>Takes pongs from the peer. Same rules as for <see cref="OnMessage"/>.</summary>
    public Action<WebSocketConnection, ReadOnlyMemory<byte>>? OnPong { get; set; }

    /// <summary>Called once when the connection failed, before <see cref="OnClose"/>.</summary>
    public Action<WebSocketConnection, ConnectionError>? OnError { get; set; }

    /// <summary>Called once when the connection is over.</summary>
    public Action<WebSocketConnection, CloseResult>? OnClose { get; set; }

    /// <summary>The options it was made with.</summary>
    public ConnectionOptions Options => _options;

    /// <summary>Links of a <see cref="ConnectionList"/>.</summary>
    internal WebSocketConnection? PreviousInList { get; set; }

    internal WebSocketConnection? NextInList { get; set; }

    /// <summary>Makes a connection over a pair of pipes, which it then owns. The opening handshake has been done on them.</summary>
    /// <param name="transport">The pipes; bytes that came with the handshake are still in the input.</param>
    /// <param name="role">Which end this is.</param>
    /// <param name="options">How to behave; null for the defaults.</param>
    /// <param name="subprotocol">The subprotocol agreed on.</param>
    /// <param name="transform">What the extension agreed on does to messages.</param>
    public static WebSocketConnection Create(
        IDuplexPipe transport, Role role, ConnectionOptions? options = null, string? subprotocol = null, IMessageTransform? transform = null) =>
        Create(new PipeDriver(transport), role, options, subprotocol, transform);

    /// <summary>Makes a connection over a driver.</summary>
    /// <param name="driver">The driver, not yet started.</param>
    /// <param name="role">Which end this is.</param>
    /// <param name="options">How to behave; null for the defaults.</param>
    /// <param name="subprotocol">The subprotocol agreed on.</param>
    /// <param name="transform">What the extension agreed on does to messages.</param>
    public static WebSocketConnection Create(
        IConnectionDriver driver, Role role, ConnectionOptions? options = null, string? subprotocol = null, IMessageTransform? transform = null)
    {
        options ??= ConnectionOptions.Default;
        options.Validate();
        return new WebSocketConnection(driver, role, options, subprotocol, transform);
    }

    /// <summary>
    /// Begins to receive. <see cref="ReadAllAsync"/>, <see cref="CloseAsync"/> and <see cref="PingAsync"/> do it by themselves; repeated
    /// calls do nothing. Messages that come before there is a handler or reader wait.
    /// </summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            return;
        StartKeepAlive();
        _driver.Start(this);
    }

    /// <summary>Closes with 1000 and waits until the connection is over, at most twice <see cref="ConnectionOptions.CloseTimeout"/>.</summary>
    public ValueTask DisposeAsync() => new(CloseAsync());
}
