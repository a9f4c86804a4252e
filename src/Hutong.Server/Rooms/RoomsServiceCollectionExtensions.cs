using Hutong.Rooms;
using Hutong.Server;
using Hutong.Server.Internal;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Hutong's rooms as services.</summary>
public static class RoomsServiceCollectionExtensions
{
    /// <summary>
    /// Adds the rooms of the host: <see cref="IRooms"/> can be injected anywhere then. <c>MapRooms</c> opens them to clients. An
    /// <see cref="IBackplane"/> and an <see cref="IPresenceStore"/> among the services are used; else both are in memory.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">What holds for all rooms; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static IServiceCollection AddRooms(this IServiceCollection services, RoomsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        options?.Validate();
        if (options is not null)
            services.Replace(ServiceDescriptor.Singleton(options));
        services.AddHutong();
        services.TryAddSingleton(RoomGraphs.Make);
        services.TryAddSingleton(static provider => new RoomTickets(time: provider.GetRequiredService<RoomGraph>().Options.TimeProvider));
        services.TryAddSingleton<IRooms>(static provider => provider.GetRequiredService<RoomGraph>());
        return services;
    }
}
