using System.Threading.Channels;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Client;

/// <summary>A socket with its events written down in the order in which they came.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();

    private Recorder(W3CWebSocket socket)
    {
        Socket = socket;
        socket.OnOpen += e => Write("open", e);
        socket.OnMessage += e => Write("message " + (e.Text ?? Convert.ToHexString(e.Bytes!)), e);
        socket.OnError += e =>
        {
            Error = e.Error;
            Write("error " + e.Error.Code, e);
        };
        socket.OnClose += e => Write($"close {e.Code} '{e.Reason}' {(e.WasClean ? "clean" : "unclean")}", e);
    }

    public W3CWebSocket Socket { get; }

    public ConnectionError? Error { get; private set; }

    /// <summary>The state that listeners saw last.</summary>
    public ReadyState SeenState { get; private set; }

    public static W3CWebSocket Create(string url, ClientTransport transport, W3CWebSocketOptions? options = null, params string[] protocols)
    {
        // The test runner has a synchronization context; most programs have none.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            options ??= W3CWebSocketOptions.Default;
            var connection = options.Connect.Connection;
            // The clock stands still unless a test moves it: nothing depends on how quickly listeners are attached or answers come.
            if (connection.TimeProvider == TimeProvider.System)
                connection = connection with { TimeProvider = new ManualTimeProvider() };
            return new W3CWebSocket(url, protocols, options with { Connect = options.Connect with { Transport = transport, Connection = connection } });
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public static Recorder Start(string url, ClientTransport transport, W3CWebSocketOptions? options = null, params string[] protocols) =>
        new(Create(url, transport, options, protocols));

    public static Recorder Of(W3CWebSocket socket) => new(socket);

    public async Task<string> NextAsync() => await _events.Reader.ReadAsync(Await.Token);

    /// <summary>All events up to the close event, and proof that none comes after it.</summary>
    public async Task<string[]> ToEndAsync()
    {
        var all = new List<string>();
        await foreach (string e in _events.Reader.ReadAllAsync(Await.Token))
        {
            all.Add(e);
            if (e.StartsWith("close", StringComparison.Ordinal))
                break;
        }

        await Socket.DisposeAsync().Soon();
        _events.Writer.TryComplete();
        all.AddRange(await _events.Reader.ReadAllAsync(Await.Token).ToListAsync());
        return [.. all];
    }

    public async ValueTask DisposeAsync() => await Socket.DisposeAsync().Soon();

    private void Write(string text, W3CEvent e)
    {
        SeenState = e.Target.ReadyState;
        _events.Writer.TryWrite(text);
    }
}
