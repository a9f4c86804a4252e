using Hutong.Client.Internal;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Client;

/// <summary>
/// The browser's <c>WebSocket</c> (WHATWG WebSockets): the same members, the same order of events, the same errors. Connecting begins in the
/// constructor. Members may be used from any thread; listeners are attached from one.
/// </summary>
/// <remarks>
/// <para>Listeners run one at a time: on the synchronization context of the constructor if it had one, else on the thread pool. While one runs, the
/// messages behind it wait, and the server is not read beyond <see cref="ConnectionOptions.ReceiveQueueLimit"/>. What a listener throws stops no
/// other; see <see cref="OnUnhandledException"/>.</para>
/// <para>Listeners attached right after the constructor miss nothing, also without an event loop: while listeners are still being attached, up to
/// 100 ms after the last, an event waits for a listener of its kind; after that it is kept for the first one of its kind, of messages at most
/// <see cref="ConnectionOptions.ReceiveQueueLimit"/> bytes, the last ones.</para>
/// </remarks>
public sealed partial class W3CWebSocket : IAsyncDisposable
{
    // Guards the state and what is buffered; nothing is sent and nobody is called under it.
    private readonly Lock _lock = new();
    private readonly Uri _address;
    private readonly W3CWebSocketOptions _options;
    private readonly WebSocketConnectOptions _connect;
    private readonly EventDispatcher _events;
    private readonly CancellationTokenSource _connecting = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _run;
    private ReadyState _state;
    private WebSocketConnection? _connection;
    private ConnectionError? _failure;

    /// <summary>Begins to connect.</summary>
    /// <param name="url">Where to: an absolute <c>ws</c>, <c>wss</c>, <c>http</c> or <c>https</c> URL without a fragment.</param>
    /// <param name="protocols">The subprotocols to offer, best first; if there are any, the server must choose one.</param>
    /// <exception cref="W3CSyntaxException">The URL is not valid, or a subprotocol is not a token or stands twice.</exception>
    public W3CWebSocket(string url, params string[] protocols)
        : this(url, protocols, W3CWebSocketOptions.Default)
    {
    }

    /// <summary>Begins to connect, with options.</summary>
    /// <param name="url">As above.</param>
    /// <param name="protocols">As above.</param>
    /// <param name="options">What a browser decides for its pages.</param>
    /// <exception cref="W3CSyntaxException">The URL is not valid, or a subprotocol is not a token or stands twice.</exception>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public W3CWebSocket(string url, IReadOnlyList<string> protocols, W3CWebSocketOptions options)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(protocols);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (WebSocketAddress.TryParse(url, out var address) is { } mistake)
            throw new W3CSyntaxException(mistake, nameof(url));
        CheckProtocols(protocols);
        _address = address;
        _options = options;
        _connect = options.Connect with
        {
            Subprotocols = [.. protocols],
            RequireSubprotocol = true,
            Connection = options.Connect.Connection with { SendQueueLimit = options.MaxBufferedAmount, SendQueuePolicy = SendQueuePolicy.Wait },
        };
        BinaryType = options.BinaryType;
        _events = new EventDispatcher(options.Connect.Connection.TimeProvider, options.Connect.Connection.ReceiveQueueLimit);
        _run = Task.Run(RunAsync);
    }

    /// <summary>The address, complete and normalized.</summary>
    public string Url => $"{_address.Scheme}://{(_address.UserInfo.Length > 0 ? _address.UserInfo + "@" : "")}{WebSocketAddress.Authority(_address)}{_address.PathAndQuery}";

    /// <summary>The subprotocol that the server chose; empty before the connection is open, and if none.</summary>
    public string Protocol { get; private set; } = "";

    /// <summary>The extensions in use, as the server named them; empty before the connection is open, and if none.</summary>
    public string Extensions { get; private set; } = "";

    /// <summary>Where the connection stands.</summary>
    public ReadyState ReadyState
    {
        get
        {
            lock (_lock)
                return _state == ReadyState.Open && !_connection!.IsOpen ? ReadyState.Closing : _state;
        }
    }

    /// <summary>In what form binary messages come; effective for the next message.</summary>
    public BinaryType BinaryType { get; set; }

    /// <summary>Closes without a code, if that was not done, and waits for the end, at most twice the close timeout; then cuts.</summary>
    public async ValueTask DisposeAsync()
    {
        _events.EndWaiting();
        Close();
        var options = _connect.Connection;
        Task end = _connection?.Closed ?? _over.Task;
        await end.WaitAsync(2 * options.CloseTimeout, options.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Cut first: a stream that is stopped would fail the connection on its own account.
        _connection?.Abort();
        StopSending();
        await end.ConfigureAwait(false);
        // The close event runs where the listeners do. Waiting for a context that its owner blocks would be waiting for ever.
        if (_events.Context is null)
            await _run.ConfigureAwait(false);
        _connecting.Dispose();
    }

    private static void CheckProtocols(IReadOnlyList<string> protocols)
    {
        try
        {
            _ = OpeningHandshake.CreateRequestHeaders("", new HandshakeOffer { Subprotocols = protocols });
        }
        catch (ArgumentException e)
        {
            throw new W3CSyntaxException("Subprotocols are different tokens.", nameof(protocols), e);
        }
    }
}
