using Hutong.Connections;
using Hutong.Transport;
using Hutong.Transport.Internal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hutong.Server.Internal;

/// <summary>The host inside a <see cref="WebSocketServer"/>: Kestrel and routing, and nothing that an app would bring along.</summary>
internal static class StandaloneHost
{
    public static WebApplication Build(ListenAddress address, WebSocketServerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        if (address.IsSecure)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A client that connects and says nothing is as slow a handshake as one that dawdles.
            kestrel.Limits.KeepAliveTimeout = options.Server.HandshakeTimeout;
            kestrel.Limits.RequestHeadersTimeout = options.Server.HandshakeTimeout;
            Listen(kestrel, address, options);
        });
        builder.WebHost.UseHutongTransport(transport => options.Transport.CopyTo(transport));
        builder.Services.AddRoutingCore();
        builder.Services.AddHutong(options.Server);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        // Ctrl+C belongs to the program, not to a library in it: see WaitForShutdownAsync.
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoLifetime>());
        if (options.LoggerFactory is { } logger)
            builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(new DiscreetLoggerFactory(logger)));
        else
            builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        return builder.Build();
    }

    /// <summary>Maps the one endpoint; where the loops hand sockets over, handshakes of the usual shape need not go through Kestrel.</summary>
    public static void Map(
        WebApplication app, ListenAddress address, WebSocketServerOptions options, Func<WebSocketConnection, WebSocketRequest, Task> handler)
    {
        var endpoint = new WebSocketEndpoint(ServerState.For(app.Services), address.Route, options.Endpoint, handler);
        app.Map(address.Route, (RequestDelegate)endpoint.HandleAsync).WithDisplayName($"WebSocket {address.Route}");
        if (app.Services.GetService<LoopGroup>() is { } loops && ServerState.For(app.Services).Transport is { Mode: TransportMode.Loops }
            && !address.IsSecure && !options.Endpoint.KeepRequestOpen)
            loops.Shortcut = endpoint.MakeShortcut();
    }

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address, WebSocketServerOptions options)
    {
        void Configure(ListenOptions listen)
        {
            // HTTP/2 needs TLS to be agreed on.
            listen.Protocols = address.IsSecure ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
            if (address.IsSecure)
                listen.UseHttps(options.Certificate!, https => https.HandshakeTimeout = options.Server.HandshakeTimeout);
        }

        if (address.AllInterfaces)
            kestrel.ListenAnyIP(address.Url.Port, Configure);
        else if (address.IsLocalhost)
            kestrel.ListenLocalhost(address.Url.Port, Configure);
        else
            kestrel.Listen(address.Address, address.Url.Port, Configure);
    }

    /// <summary>A host that neither listens for signals nor prints.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
