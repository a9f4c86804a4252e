using Hutong.Server;
using Hutong.Server.Tests.Support;
using Hutong.Transport.Internal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutong.Transport.Sockets;

/// <summary>Real loops for the tests that are about them.</summary>
internal static class Loops
{
    /// <summary>Skips a test about what other modes do not have.</summary>
    public static void Require() =>
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable(TransportSwitch.Variable) is "pipe" or "kestrel", "The environment asks for another transport.");

    /// <summary>Starts an app whose endpoints are mapped on real loops, and which logs nothing below warnings.</summary>
    public static Task<TestApp> StartAsync(
        Action<WebApplication> map, Action<HutongTransportOptions>? transport = null, Action<WebApplicationBuilder>? configure = null)
    {
        Require();
        return TestApp.StartAsync(map, builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            if (transport is not null)
                builder.WebHost.UseHutongTransport(transport);
            configure?.Invoke(builder);
        });
    }

    /// <summary>How many sockets live on an app's loops.</summary>
    public static int SocketsOf(TestApp app) => app.Host.Services.GetRequiredService<LoopGroup>().Loops.Sum(l => l.Count);

    public static bool IsCurrentThread => Thread.CurrentThread.Name?.StartsWith("Hutong loop", StringComparison.Ordinal) == true;

    /// <summary>Waits until an app has no connection left.</summary>
    public static Task UntilNoneAsync(TestApp app) => Patience.UntilAsync(() => SocketsOf(app) == 0, "The end of every connection");

    public static void ShouldHaveNoFaults(this LogCapture logs) =>
        logs.Lines.Items.Where(l => l.Level >= LogLevel.Error).Select(l => l.Everything).ShouldBeEmpty();

    /// <summary>One endpoint that is served by the shortcut, without Kestrel.</summary>
    public static Task<WebSocketServer> StartStandaloneAsync(
        Func<Connections.WebSocketConnection, Task> handler, LogCapture logs, WebSocketEndpointOptions? endpoint = null)
    {
        Require();
        var factory = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Warning).AddProvider(logs));
        return WebSocketServer.StartAsync(
            "ws://127.0.0.1:0/ws", handler, new WebSocketServerOptions { LoggerFactory = factory, Endpoint = endpoint ?? new WebSocketEndpointOptions() });
    }
}
