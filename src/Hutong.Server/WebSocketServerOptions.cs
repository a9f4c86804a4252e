using System.Security.Cryptography.X509Certificates;
using Hutong.Transport;
using Microsoft.Extensions.Logging;

namespace Hutong.Server;

/// <summary>How a standalone server behaves.</summary>
public sealed record WebSocketServerOptions
{
    /// <summary>The endpoint's options.</summary>
    public WebSocketEndpointOptions Endpoint { get; init; } = new();

    /// <summary>The server's options.</summary>
    public ServerOptions Server { get; init; } = new();

    /// <summary>The event loops that carry the connections, where the platform has them.</summary>
    public HutongTransportOptions Transport { get; init; } = new();

    /// <summary>The certificate with its private key; needed for <c>wss</c>, and useless for <c>ws</c>.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>How long stopping may take before what is still open is cut. Default 10 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where to log; null for warnings and errors on the console.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    internal void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(ShutdownTimeout, TimeSpan.Zero);
}
