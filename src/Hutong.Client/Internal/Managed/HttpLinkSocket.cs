using System.Text.Json;
using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>
/// A session over plain HTTP: sends by POST what it is given, in order, and lets its subclass read. Used in the mailbox, but for what waits for
/// the network.
/// </summary>
#pragma warning disable CA1001 // Disposed at the end of Run, which always comes.
internal abstract partial class HttpLinkSocket : ILinkSocket
#pragma warning restore CA1001
{
    // How long what was accepted may take to leave when it is closed.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly Mailbox _mailbox;
    private readonly CancellationTokenSource _ended = new();
    private ILinkSocketUser? _user;
    private List<(ClientMessage Message, long Sequence)>? _held;
    private long _buffered;
    private long _received;
    private int _state;

    protected HttpLinkSocket(HttpCalls http, TimeProvider time, Mailbox mailbox, ILinkSocketUser user)
    {
        Http = http;
        Time = time;
        _mailbox = mailbox;
        _user = user;
    }

    public ReadyState ReadyState => (ReadyState)Volatile.Read(ref _state);

    public string Protocol => "";

    public long BufferedAmount => Volatile.Read(ref _buffered);

    public long BytesReceived => Volatile.Read(ref _received);

    public abstract ClientTransportKind Transport { get; }

    /// <summary>The number of the last message received.</summary>
    public long Sequence { get; private set; }

    /// <summary>What is to be shown to go on with the session; null before the welcome.</summary>
    public string? Session => Http.Session;

    protected HttpCalls Http { get; }

    protected TimeProvider Time { get; }

    protected bool HasEnded => _ended.IsCancellationRequested;

    public bool Ping(Action answered) => false;

    public void Close(int code, string reason)
    {
        if (ReadyState >= ReadyState.Closing)
            return;
        Volatile.Write(ref _state, (int)ReadyState.Closing);
        Resume();
        Background(() => SayGoodbyeAsync(new ClientClose(code, reason, WasClean: true)));
    }

    public void Abort() => End(new ClientClose(1006, "", WasClean: false));

    /// <summary>Its whole life. Never fails.</summary>
    public Task Run() => Task.Run(async () =>
    {
        try
        {
            await ReadAsync(_ended.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or JsonException or InvalidOperationException)
        {
            // Lost; the close says so.
        }
        catch (Exception e)
        {
            _mailbox.Fail(e);
        }

        await _mailbox.RunAsync(() =>
        {
            // Whoever says goodbye ends it.
            if (ReadyState != ReadyState.Closing)
                Abort();
        }).ConfigureAwait(false);
        await WaitForBackgroundAsync().ConfigureAwait(false);
        await _mailbox.RunAsync(Abort).ConfigureAwait(false);
        Http.Dispose();
        _ended.Dispose();
    });

    /// <summary>Ends it without a word, for its session lives on elsewhere.</summary>
    /// <returns>What was not sent.</returns>
    public IReadOnlyList<ReadOnlyMemory<byte>> Take()
    {
        _user = null;
        var unsent = _waiting.ToArray();
        _waiting.Clear();
        End(new ClientClose(1000, "", WasClean: true));
        return unsent;
    }

    /// <summary>Reads until the end.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    /// <summary>Takes in one message; nothing more is read meanwhile.</summary>
    protected ValueTask ReceiveAsync(JsonElement json, long? number)
    {
        if (ClientMessage.String(json, "type") is null)
            return default;
        var message = ClientMessage.Envelope(json);
        long seq = number ?? (ClientMessage.Field(json, "seq") is { ValueKind: JsonValueKind.Number } n && n.TryGetInt64(out long s) ? s : 0);
        return _mailbox.RunAsync(() => Receive(message, seq));
    }

    /// <summary>A request was refused: in terms of close codes.</summary>
    protected async Task RefuseAsync(HttpResponseMessage response)
    {
        int code = (int)response.StatusCode switch { 401 => 4401, 403 => 4403, _ => 1006 };
        var after = response.Headers.RetryAfter;
        var advice = after?.Delta ?? (after?.Date is { } date ? date - Time.GetUtcNow() : TimeSpan.Zero);
        await _mailbox.RunAsync(() => End(new ClientClose(code, $"HTTP {(int)response.StatusCode}", WasClean: false), advice)).ConfigureAwait(false);
    }

    private void Receive(ClientMessage message, long seq)
    {
        if (HasEnded)
            return;
        Interlocked.Increment(ref _received);
        if (message.Type == "welcome")
        {
            Welcome(message);
            return;
        }

        if (_held is not null)
        {
            _held.Add((message, seq));
            return;
        }

        if (seq <= Sequence)
            return;
        Sequence = seq;
        if (message.Type != "close")
        {
            _user?.Received(message);
            return;
        }

        int code = ClientMessage.Field(message.Payload, "code") is { ValueKind: JsonValueKind.Number } c && c.TryGetInt32(out int given) ? given : 1005;
        End(new ClientClose(code, ClientMessage.String(message.Payload, "message") ?? "", WasClean: true));
    }

    private void Welcome(ClientMessage message)
    {
        // A second one: the session before it is lost, and what was in it.
        if (Http.Session is not null || ClientMessage.String(message.Payload, "token") is not { } token)
        {
            End(new ClientClose(1006, "session_lost", WasClean: false));
            return;
        }

        Http.Session = token;
        if (ReadyState != ReadyState.Connecting)
            return;
        Volatile.Write(ref _state, (int)ReadyState.Open);
        _user?.Opened();
    }

    private void End(ClientClose close, TimeSpan advice = default)
    {
        if (HasEnded)
            return;
        Volatile.Write(ref _state, (int)ReadyState.Closed);
        _ = _ended.CancelAsync();
        var user = _user;
        _user = null;
        user?.Closed(close, advice);
    }
}
