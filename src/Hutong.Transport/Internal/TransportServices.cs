using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutong.Transport.Internal;

/// <summary>Puts the loops under a host's Kestrel.</summary>
internal static class TransportServices
{
    public static void Add(IServiceCollection services, HutongTransportOptions options)
    {
        options.Validate();
        options.Mode = TransportSwitch.Resolve(options.Mode);
        services.Replace(ServiceDescriptor.Singleton(options));
        services.TryAddSingleton(static provider => new LoopGroup(
            provider.GetRequiredService<HutongTransportOptions>(), provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        // The last factory that can bind an address gets it.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, LoopListenerFactory>());
    }
}
