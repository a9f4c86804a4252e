using System.IO.Pipelines;
using Hutong.Connections;
using Hutong.Connections.Drivers;
using Hutong.Transport.Internal;

namespace Hutong.Transport;

/// <summary>The driver of the event loops keeps the same contract as that of the pipes.</summary>
public sealed class SocketDriverContractTests : DriverContractTests, IDisposable
{
    // A loop goes on after a fault; the test does not.
    private readonly StrictLog _log = new();

    public void Dispose() => _log.Faults.ShouldBeEmpty();

    private protected override IConnectionDriver Create(IDuplexPipe transport, PipeScheduler scheduler)
    {
        var sockets = new SimulatedSockets(scheduler);
        var loop = sockets.Loop = new EventLoop(sockets, _log);
        return new SocketDriver(loop, sockets.Add(transport));
    }
}
