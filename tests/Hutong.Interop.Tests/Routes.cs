using Hutong.Interop;
using Hutong.Server;
using Microsoft.AspNetCore.Builder;

[assembly: AssemblyFixture(typeof(Routes))]

namespace Hutong.Interop;

/// <summary>The ways that lead to a server of ours. Each is opened once, when a test first asks for it.</summary>
public sealed class Routes : IAsyncLifetime
{
    private readonly Lazy<Task<WebSocketServer>> _standalone = new(() => PeerServer.StartStandaloneAsync(secure: false));
    private readonly Lazy<Task<WebSocketServer>> _secureStandalone = new(() => PeerServer.StartStandaloneAsync(secure: true));
    private readonly Lazy<Task<WebApplication>> _app = new(PeerServer.StartAppAsync);
    private readonly Lazy<Task<Proxy>> _nginx;
    private readonly Lazy<Task<Proxy>> _haproxy;

    public Routes()
    {
        _nginx = new(async () => await Proxy.StartNginxAsync(await PortOfAppAsync(secure: false)));
        _haproxy = new(async () => await Proxy.StartHaproxyAsync(await PortOfAppAsync(secure: false)));
    }

    public static IReadOnlyList<string> Names { get; } =
        ["ws", "wss", "ws app", "wss app", "ws nginx", "wss nginx", "ws haproxy", "wss haproxy"];

    /// <summary>Where a route begins, without a path.</summary>
    public async Task<Uri> OpenAsync(string name) => new(name switch
    {
        "ws" => $"ws://127.0.0.1:{(await _standalone.Value).Url.Port}",
        "wss" => $"wss://127.0.0.1:{(await _secureStandalone.Value).Url.Port}",
        "ws app" => $"ws://localhost:{await PortOfAppAsync(secure: false)}",
        "wss app" => $"wss://localhost:{await PortOfAppAsync(secure: true)}",
        "ws nginx" => $"ws://localhost:{(await NginxAsync()).PlainPort}",
        "wss nginx" => $"wss://localhost:{(await NginxAsync()).SecurePort}",
        "ws haproxy" => $"ws://localhost:{(await HaproxyAsync()).PlainPort}",
        "wss haproxy" => $"wss://localhost:{(await HaproxyAsync()).SecurePort}",
        _ => throw new ArgumentException($"There is no route '{name}'.", nameof(name)),
    });

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(_nginx);
        await CloseAsync(_haproxy);
        await CloseAsync(_standalone);
        await CloseAsync(_secureStandalone);
        await CloseAsync(_app);
        Directory.Delete(Peer.Scratch, recursive: true);
    }

    private static async Task CloseAsync<T>(Lazy<Task<T>> lazy)
        where T : IAsyncDisposable
    {
        if (lazy.IsValueCreated && lazy.Value.IsCompletedSuccessfully)
            await (await lazy.Value).DisposeAsync();
    }

    private async Task<int> PortOfAppAsync(bool secure)
    {
        var app = await _app.Value;
        return new Uri(app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal) == secure)).Port;
    }

    private Task<Proxy> NginxAsync()
    {
        Peer.Require("nginx");
        return _nginx.Value;
    }

    private Task<Proxy> HaproxyAsync()
    {
        Peer.Require("haproxy");
        return _haproxy.Value;
    }
}
