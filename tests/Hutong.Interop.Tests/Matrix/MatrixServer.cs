using System.Collections.Concurrent;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutong.Interop.Matrix;

/// <summary>Our server: <c>/MODE/whole</c> and <c>/MODE/fragmented</c> say how to compress and to cut what is sent back.</summary>
internal sealed class MatrixServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (Task<List<ConnectionStatistics>> Counts, Task<CloseResult> Closed)> _seen = new(StringComparer.Ordinal);

    private MatrixServer(WebApplication app) => _app = app;

    public static async Task<MatrixServer> StartAsync()
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
        var server = new MatrixServer(builder.Build());
        foreach (var mode in Mode.All)
        {
            server._app.MapWebSocket($"/{mode.Name}/{{frames}}", server.ServeAsync, new()
            {
                Extensions = mode.Options is { } deflate ? [new PerMessageDeflate(deflate)] : [],
                Connection = new() { MaxMessageSize = 64 * 1024 * 1024 },
            });
        }

        await server._app.StartAsync();
        return server;
    }

    /// <summary>Where to connect to.</summary>
    public Uri Url(bool secure)
    {
        var url = new Uri(_app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal) == secure));
        return new Uri($"{(secure ? "wss" : "ws")}://localhost:{url.Port}");
    }

    /// <summary>The counts after each message of a connection that called itself so. It must have ended cleanly.</summary>
    public async Task<IReadOnlyList<ConnectionStatistics>> SeenAsync(string id, Mode mode, string frames)
    {
        var (counts, closed) = _seen[$"/{mode.Name}/{frames} {id}"];
        var result = await closed.WaitAsync(Patience);
        (result.Code, result.WasClean, result.Error).ShouldBe((CloseCode.Normal, true, null));
        // The peer may have closed before the handler has counted what it sent last.
        return await counts.WaitAsync(Patience);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(WebSocketConnection connection, WebSocketRequest request)
    {
        var counts = new TaskCompletionSource<List<ConnectionStatistics>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _seen[$"{request.Path} {request.Query["id"]}"] = (counts.Task, connection.Closed);
        counts.SetResult(await EchoAsync(connection, request.RouteValues["frames"] is "fragmented"));
    }

    private static async Task<List<ConnectionStatistics>> EchoAsync(WebSocketConnection connection, bool fragmented)
    {
        List<ConnectionStatistics> counts = [];
        await foreach (var message in connection.ReadAllAsync())
        {
            // The peer sends its next message when it has this one's echo, not before.
            long received = connection.Statistics.BytesReceived;
            if (fragmented)
            {
                using var content = new MemoryStream(message.ToArray());
                await connection.SendAsync(content, message.Type);
            }
            else
            {
                await connection.SendAsync(message);
            }

            counts.Add(connection.Statistics with { BytesReceived = received });
        }

        return counts;
    }
}
