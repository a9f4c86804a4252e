using Hutong.Client.Internal;
using Hutong.Protocol;

namespace Hutong.Client;

/// <summary>
/// One connection that is kept up: it reconnects, keeps what is sent meanwhile, and says what became of it. <c>docs/topics/client.md</c> is its
/// behaviour, the same in every language. Members may be used from any thread.
/// </summary>
/// <remarks>
/// Listeners run one at a time: on the synchronization context of the constructor if it had one, else on the thread of the call that causes what
/// they are told, or on the pool. While one runs, the client reads no further. What a listener throws stops nobody else: it is an
/// <see cref="ErrorOccurred"/>, <c>listener_failed</c>.
/// </remarks>
public sealed partial class WebSocketClient : IAsyncDisposable
{
    private readonly ClientCore _core;
    private readonly SharedClients.Entry? _shared;
    private readonly Audience _audience;
    private readonly Lock _closing = new();
    private Task? _closed;

    /// <summary>Makes a client, which connects at once.</summary>
    /// <param name="url">Where to: an absolute <c>ws</c>, <c>wss</c>, <c>http</c> or <c>https</c> URL without a fragment.</param>
    /// <param name="options">How it behaves; null for the defaults.</param>
    /// <exception cref="ArgumentException">The address or an option is not valid.</exception>
    public WebSocketClient(string url, WebSocketClientOptions? options = null)
        : this(Create(Parse(url), options), null)
    {
        if (_core.Options.AutoConnect)
            Connect();
    }

    /// <inheritdoc cref="WebSocketClient(string, WebSocketClientOptions?)"/>
    public WebSocketClient(Uri url, WebSocketClientOptions? options = null)
        : this((url ?? throw new ArgumentNullException(nameof(url))).OriginalString, options)
    {
    }

    internal WebSocketClient(ClientCore core, SharedClients.Entry? shared)
    {
        _core = core;
        _shared = shared;
        _messages = new Listeners(core.Failed);
        _audience = new Audience(this);
        core.Mailbox.Run(() => core.Join(_audience));
    }

    /// <summary>The address, without a token.</summary>
    public Uri Url => _core.Address;

    /// <summary>Where it stands.</summary>
    public ClientState State => _core.Link.State;

    /// <summary>That of the connection underneath, as the W3C numbers it; 3 without one.</summary>
    public ReadyState ReadyState => _core.Link.Socket?.ReadyState ?? (State == ClientState.Connecting ? ReadyState.Connecting : ReadyState.Closed);

    /// <summary>The subprotocol that the server chose; empty if none.</summary>
    public string Protocol => _core.Link.Socket?.Protocol ?? "";

    /// <summary>What carries the messages now; null without a connection.</summary>
    public ClientTransportKind? Transport => _core.Link.Socket?.Transport;

    /// <summary>When the next attempt begins; null if none is planned.</summary>
    public DateTimeOffset? RetryAt => _core.Link.RetryAt;

    /// <summary>Attempts since the last connection that held.</summary>
    public int Attempt => _core.Link.Attempt;

    /// <summary>What last went wrong; null if nothing did.</summary>
    public ClientException? Error => _core.Link.Error;

    /// <summary>Bytes accepted and not yet on the wire: the queue's and the connection's.</summary>
    public long BufferedAmount => _core.BufferedAmount;

    /// <summary>The time between the last probe and its answer; null before the first.</summary>
    public TimeSpan? RoundTripTime => _core.Link.RoundTripTime;

    internal ClientCore Core => _core;

    /// <summary>
    /// The client of this address that everybody in the process shares; the first one's options count. Closing what is returned removes its
    /// listeners and leaves its rooms; the last one to close closes the connection.
    /// </summary>
    /// <param name="url">Where to.</param>
    /// <param name="options">How it behaves, if it is the first; null for the defaults.</param>
    /// <exception cref="ArgumentException">The address or an option is not valid.</exception>
    public static WebSocketClient Shared(string url, WebSocketClientOptions? options = null)
    {
        var address = Parse(url);
        return SharedClients.Get(address.AbsoluteUri, () => Create(address, options));
    }

    /// <summary>Begins, from <see cref="ClientState.Idle"/>; anywhere else it does nothing.</summary>
    public void Connect() => _core.Connect();

    /// <summary>
    /// Tries now: afresh after <see cref="ClientState.Failed"/> or an end by the server's wish, ahead of time while it waits or is offline.
    /// </summary>
    /// <exception cref="ClientException"><c>client_closed</c>: it was closed by this end.</exception>
    public void Reconnect()
    {
        ThrowIfClosed();
        _core.Reconnect();
    }

    /// <summary>
    /// Ends it for good: what is queued is dropped and requests fail, both with <c>client_closed</c>. Further calls wait for the same end.
    /// </summary>
    /// <param name="code">The close code: 1000 or 3000 to 4999.</param>
    /// <param name="reason">The reason, at most 123 bytes of UTF-8.</param>
    /// <returns>Ends when the connection has ended, after <see cref="WebSocketClientOptions.CloseTimeout"/> at the latest, and nothing is left of it.</returns>
    /// <exception cref="ArgumentException">The code or the reason is not valid.</exception>
    public Task CloseAsync(int code = 1000, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (code != 1000 && code is not (>= 3000 and <= 4999))
            throw new ArgumentOutOfRangeException(nameof(code), code, "1000 or 3000 to 4999.");
        ClosingHandshake.CheckArguments(Role.Client, (CloseCode)code, reason);
        TaskCompletionSource? mine = null;
        Task closed;
        lock (_closing)
        {
            if (_closed is null)
            {
                mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _closed = mine.Task;
            }

            closed = _closed;
        }

        if (mine is not null)
            _ = EndAsync(mine, code, reason);
        return closed;
    }

    /// <summary>As <see cref="CloseAsync"/>.</summary>
    public ValueTask DisposeAsync() => new(CloseAsync());

    private static ClientCore Create(Uri address, WebSocketClientOptions? options)
    {
        options ??= WebSocketClientOptions.Default;
        options.Validate();
        return new ClientCore(address, options);
    }

    private static Uri Parse(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return WebSocketAddress.TryParse(url, out var address) is { } mistake ? throw new ArgumentException(mistake, nameof(url)) : address;
    }

    internal void ThrowIfClosed()
    {
        if (_closed is not null)
            throw new ClientException(ClientErrorCode.ClientClosed, "The client was closed.");
        _core.ThrowIfEnded();
    }

    private async Task EndAsync(TaskCompletionSource done, int code, string reason)
    {
        if (SharedClients.Leave(_shared))
        {
            await _core.CloseAsync(code, reason).ConfigureAwait(false);
        }
        else
        {
            await _core.Mailbox.RunAsync(() =>
            {
                LeaveRooms();
                _core.Leave(_audience);
            }).ConfigureAwait(false);
        }

        _messages.Clear();
        done.TrySetResult();
    }
}
