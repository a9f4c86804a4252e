using Microsoft.Extensions.Hosting;

namespace Hutong.Server.Internal;

/// <summary>
/// Holds the host until the WebSockets have closed, within the host's own timeout: Kestrel waits for requests, and a connection whose
/// socket was handed over has none.
/// </summary>
internal sealed class ConnectionShutdown(ServerState server) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => server.DrainAsync(cancellationToken);
}
