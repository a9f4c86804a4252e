using System.Collections.Concurrent;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutong.Interop;

/// <summary>What the peers talk to; the addresses are described in <c>peers/README.md</c>.</summary>
internal static class PeerServer
{
    private const string Page = "<!doctype html><title>A page</title><link rel=icon href=data:,>";

    private static readonly ConcurrentDictionary<string, Task<CloseResult>> Closings = new(StringComparer.Ordinal);

    public static WebSocketEndpointOptions Options { get; } = new()
    {
        Subprotocols = ["first.hutong", "second.hutong"],
        Extensions = [new PerMessageDeflate(new PerMessageDeflateOptions { Threshold = 0 })],
        // A close that hangs must fail a test, not end by itself after a while.
        Connection = new ConnectionOptions { MaxMessageSize = 64 * 1024 * 1024, CloseTimeout = TimeSpan.FromMinutes(5) },
    };

    /// <summary>A server of one line.</summary>
    public static Task<WebSocketServer> StartStandaloneAsync(bool secure) => WebSocketServer.StartAsync(
        secure ? "wss://localhost:0" : "ws://localhost:0", ServeAsync, new() { Endpoint = Options, Certificate = secure ? Certificate.Own.Value : null });

    /// <summary>An ASP.NET Core app with one plain port, one with TLS (HTTP/1.1 and HTTP/2), and pages at <c>/page</c> and
    /// <c>/sandboxed</c>. It believes proxies.</summary>
    public static async Task<WebApplication> StartAppAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseHutongTransport().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(Certificate.Own.Value);
            });
        });
        builder.Services.AddHutong();
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost);
        var app = builder.Build();
        app.UseForwardedHeaders();
        app.MapGet("/page", () => Results.Content(Page, "text/html"));
        app.MapGet("/sandboxed", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = "sandbox allow-scripts";
            return Results.Content(Page, "text/html");
        });
        foreach (string path in (string[])["/echo", "/echo-async", "/deflate", "/control"])
            app.MapWebSocket(path, ServeAsync, Options);
        await app.StartAsync();
        return app;
    }

    /// <summary>Asserts how the connection that called itself so ended, as the server saw it: cleanly, with the peer's code and reason.</summary>
    public static async Task ShouldHaveClosedAsync(string id, CloseCode code, string? reason = null)
    {
        var closed = await Closings[id].WaitAsync(TimeSpan.FromSeconds(30));
        (closed.Code, closed.WasClean, closed.Error).ShouldBe((code, true, null), id);
        if (reason is not null)
            closed.Reason.ShouldBe(reason);
    }

    private static Task ServeAsync(WebSocketConnection connection, WebSocketRequest request)
    {
        if (request.Query.TryGetValue("id", out var id))
            Closings[id.ToString()] = connection.Closed;
        switch (request.Path)
        {
            case "/echo-async":
                return EchoAsync(connection);
            case "/control":
                return ObeyAsync(connection, request);
            default:
                connection.OnMessage = (c, message) => c.TrySend(message);
                return Task.CompletedTask;
        }
    }

    private static async Task EchoAsync(WebSocketConnection connection)
    {
        await foreach (var message in connection.ReadAllAsync())
            await connection.SendAsync(message);
    }

    private static async Task ObeyAsync(WebSocketConnection connection, WebSocketRequest request)
    {
        await foreach (var message in connection.ReadAllAsync())
        {
            string[] command = message.Text.Split(' ', 3);
            switch (command[0])
            {
                case "ping":
                    await connection.PingAsync();
                    await connection.SendAsync("pong");
                    break;
                case "version":
                    // An extended CONNECT upgrades nothing (RFC 8441 §5).
                    await connection.SendAsync(request.Header("Upgrade").Count == 0 ? "HTTP/2" : "HTTP/1.1");
                    break;
                case "stream":
                    using (var content = new MemoryStream(Data.Binary(int.Parse(command[1]))))
                        await connection.SendAsync(content);
                    break;
                case "close":
                    _ = connection.CloseAsync((CloseCode)ushort.Parse(command[1]), command[2]);
                    break;
            }
        }
    }
}
