using System.Runtime.CompilerServices;
using Hutong.Server.Internal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutong.SocketIO.Internal;

/// <summary>The Socket.IO server of a host: made by <c>AddSocketIO</c>, or here for a host that did without.</summary>
internal static class SocketServers
{
    private static readonly ConditionalWeakTable<IServiceProvider, SocketIOServer> Servers = [];

    public static SocketIOServer For(IServiceProvider services, SocketIOOptions? options)
    {
        if (services.GetService<SocketIOServer>() is not { } server)
            return Servers.GetValue(services, provider => Make(provider, options ?? new()));
        if (options is not null && !ReferenceEquals(options, server.Options))
            throw new InvalidOperationException("The server's options were given to AddSocketIO: leave them out here.");
        return server;
    }

    public static SocketIOServer Make(IServiceProvider services, SocketIOOptions options) => new(
        RoomGraphs.For(services), options, services.GetService<ISocketStateStore>(), services.GetService<ISocketCluster>(),
        (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Hutong.SocketIO"));
}
