using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Connections;

/// <summary>Two connections over pipes in memory, on the thread pool; the clock stands still unless a test moves it.</summary>
internal sealed class LivePair : IAsyncDisposable
{
    public LivePair(ConnectionOptions? server = null, ConnectionOptions? client = null, InMemoryDuplexOptions? duplex = null)
    {
        var (c, s) = InMemoryDuplex.CreatePair(duplex);
        (ClientPipe, ServerPipe) = (c, s);
        Client = WebSocketConnection.Create(c, Role.Client, (client ?? new()) with { TimeProvider = Time });
        Server = WebSocketConnection.Create(s, Role.Server, (server ?? new()) with { TimeProvider = Time });
    }

    public ManualTimeProvider Time { get; } = new();

    public FaultyDuplexPipe ClientPipe { get; }

    public FaultyDuplexPipe ServerPipe { get; }

    public WebSocketConnection Client { get; }

    public WebSocketConnection Server { get; }

    public async ValueTask DisposeAsync()
    {
        Client.Abort();
        Server.Abort();
        await Client.Closed;
        await Server.Closed;
        // One tick after the last connection there is no timer left.
        Time.Advance(TimeSpan.FromMilliseconds(100));
        Time.ActiveTimers.ShouldBe(0);
    }
}
