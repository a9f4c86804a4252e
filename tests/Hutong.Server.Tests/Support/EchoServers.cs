using System.Net;
using Hutong.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(Hutong.Server.Tests.Support.EchoServers))]

namespace Hutong.Server.Tests.Support;

/// <summary>The Echo sample's addresses, in this process, with and without TLS. One for the whole run.</summary>
public sealed class EchoServers : IAsyncLifetime
{
    public const int LargestMessage = 64 * 1024 * 1024;

    WebApplication? _app;

    public int Port { get; private set; }

    public int TlsPort { get; private set; }

    /// <summary>Maps the Echo sample's two ways of echoing.</summary>
    public static void Map(WebApplication app, ConnectionOptions? connection = null)
    {
        var options = new WebSocketEndpointOptions
        {
            AllowedOrigins = ["*"],
            Connection = connection ?? new ConnectionOptions { MaxMessageSize = LargestMessage, SendQueueLimit = 4L * LargestMessage },
        };
        app.MapWebSocket("/echo", Handlers.Echo, options);
        app.MapWebSocket("/echo-async", Handlers.EchoAsync, options);
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(Certificates.SelfSigned);
            });
        });
        _app = builder.Build();
        Map(_app);
        await _app.StartAsync();
        Port = _app.Urls.Select(u => new Uri(u)).Single(u => u.Scheme == "http").Port;
        TlsPort = _app.Urls.Select(u => new Uri(u)).Single(u => u.Scheme == "https").Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }
}
