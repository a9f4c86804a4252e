using Hutong.Server;
using Hutong.Server.Internal;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Hutong's services.</summary>
public static class HutongServiceCollectionExtensions
{
    /// <summary>
    /// Sets what holds for all WebSocket endpoints of the host. Not needed for the defaults. It also silences the host's own line for each
    /// request (category <c>Microsoft.AspNetCore.Hosting.Diagnostics</c>, below warnings), which prints the query and with it any token.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static IServiceCollection AddHutong(this IServiceCollection services, ServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        options?.Validate();
        if (options is not null)
            services.Replace(ServiceDescriptor.Singleton(options));
        services.TryAddSingleton(static provider => new ServerState(provider.GetService<ServerOptions>() ?? new ServerOptions(), provider));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ConnectionShutdown>());
        services.AddLogging(logging => logging.AddFilter(DiscreetLoggerFactory.RequestLines, LogLevel.Warning));
        return services;
    }
}
