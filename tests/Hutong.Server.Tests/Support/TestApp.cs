using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hutong.Server.Tests.Support;

/// <summary>An app on a free port of the loopback, with all its log lines.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    bool _stopped;

    TestApp(WebApplication host, LogCapture logs)
    {
        Host = host;
        Logs = logs;
    }

    public WebApplication Host { get; }

    public LogCapture Logs { get; }

    /// <summary>Whether the test makes the server below log an error.</summary>
    public bool ServerMayComplain { get; set; }

    public int Port => new Uri(Host.Urls.First()).Port;

    public static async Task<TestApp> StartAsync(Action<WebApplication> map, Action<WebApplicationBuilder>? configure = null)
    {
        var logs = new LogCapture();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseHutongTransport();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(logs);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Patience.Span);
        configure?.Invoke(builder);
        var host = builder.Build();
        map(host);
        await host.StartAsync();
        return new TestApp(host, logs);
    }

    public Task<WirePeer> ConnectAsync() => WirePeer.ConnectAsync(Port);

    public Task<WirePeer> OpenAsync(string path = "/ws", params string[] changes) => WirePeer.OpenAsync(Port, path, changes: changes);

    public async Task<HttpAnswer> AskAsync(string head)
    {
        await using var peer = await ConnectAsync();
        return await peer.AskAsync(head);
    }

    public async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        await Host.StopAsync().Soon();
        await Host.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (ServerMayComplain)
            return;
        // Whatever a connection does, the server below must find nothing to complain about.
        Logs.Lines.Items
            .Where(l => l.Level >= LogLevel.Warning && l.Category.Split('.') is ["Microsoft", "AspNetCore", "Server" or "Hosting" or "Routing", ..])
            .Select(l => l.Everything).ShouldBeEmpty();
    }
}
