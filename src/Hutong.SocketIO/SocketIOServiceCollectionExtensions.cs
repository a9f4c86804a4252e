using Hutong.SocketIO;
using Hutong.SocketIO.Internal;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Socket.IO as a service.</summary>
public static class SocketIOServiceCollectionExtensions
{
    /// <summary>
    /// Adds the Socket.IO server of the host: <see cref="SocketIOServer"/> can be injected anywhere then. <c>MapSocketIO</c> opens it to clients. An
    /// <see cref="ISocketStateStore"/> and an <see cref="ISocketCluster"/> among the services are used; so are the host's rooms, which are added if they are not there.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">How it behaves; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static IServiceCollection AddSocketIO(this IServiceCollection services, SocketIOOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        options ??= new();
        options.Validate();
        services.AddRooms();
        services.TryAddSingleton(provider => SocketServers.Make(provider, options));
        return services;
    }
}
