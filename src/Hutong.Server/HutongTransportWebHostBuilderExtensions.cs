using Hutong.Transport;
using Hutong.Transport.Internal;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Puts Hutong's event loops under Kestrel.</summary>
public static class HutongTransportWebHostBuilderExtensions
{
    /// <summary>
    /// Lets Hutong's event loops carry the host's TCP connections: plain HTTP, TLS and HTTP/2 as before, and WebSockets without Kestrel's
    /// objects around them. On other systems than Linux it changes nothing. See <c>docs/topics/transport.md</c>.
    /// </summary>
    /// <param name="builder">The host's web part.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The environment variable <c>HUTONG_TRANSPORT</c> has a value that does not exist.</exception>
    public static IWebHostBuilder UseHutongTransport(this IWebHostBuilder builder, Action<HutongTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new HutongTransportOptions();
        configure?.Invoke(options);
        return builder.ConfigureServices(services =>
        {
            TransportServices.Add(services, options);
            services.AddHutong();
        });
    }
}
