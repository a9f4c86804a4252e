using System.IO.Pipelines;
using Hutong.Connections;
using Hutong.Connections.Drivers;
using Hutong.Transport.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutong.Transport;

/// <summary>The driver of the event loops keeps the same contract as that of the pipes.</summary>
public class SocketDriverContractTests : DriverContractTests
{
    private protected override IConnectionDriver Create(IDuplexPipe transport, PipeScheduler scheduler)
    {
        var sockets = new SimulatedSockets(scheduler);
        var loop = sockets.Loop = new EventLoop(sockets, NullLogger.Instance);
        return new SocketDriver(loop, sockets.Add(transport));
    }
}
