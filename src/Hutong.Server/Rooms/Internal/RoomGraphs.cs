using System.Runtime.CompilerServices;
using Hutong.Rooms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutong.Server.Internal;

/// <summary>The graph of a host: made by <c>AddRooms</c>, or here for a host that did without.</summary>
internal static class RoomGraphs
{
    private static readonly ConditionalWeakTable<IServiceProvider, RoomGraph> Graphs = [];

    public static RoomGraph For(IServiceProvider services) => services.GetService<RoomGraph>() ?? Graphs.GetValue(services, Make);

    public static RoomGraph Make(IServiceProvider services) => new(
        services.GetService<RoomsOptions>(), services.GetService<IBackplane>(), services.GetService<IPresenceStore>(), services, services.GetService<ILoggerFactory>());
}
