using System.Buffers;
using System.IO.Pipelines;
using Hutong.Testing;

namespace Hutong.Connections.Drivers;

/// <summary>One run of a driver between a connection that sends and a peer that sends, with events thrown in at random moments.</summary>
internal sealed class DriverExploration
{
    private readonly SimulationScheduler _scheduler;
    private readonly FaultyDuplexPipe _peer;
    private readonly IConnectionDriver _driver;
    private readonly RecordingSink _sink;
    private readonly string[] _events;
    private readonly List<byte> _appended = [];
    private readonly List<byte> _peerSent = [];
    private readonly List<byte> _peerReceived = [];
    private bool _completed;
    private bool _closed;
    private bool _peerEnded;
    private bool _cut;

    public DriverExploration(int seed, Func<IDuplexPipe, PipeScheduler, IConnectionDriver> create, string[] events)
    {
        _scheduler = new SimulationScheduler(seed);
        _events = events;
        var faults = new LinkFaults { SegmentSize = () => 1 + _scheduler.Random.Next(9000) };
        var (near, far) = InMemoryDuplex.CreatePair(new InMemoryDuplexOptions
        {
            Scheduler = _scheduler.PipeScheduler,
            PauseWriterThreshold = 4096,
            ClientToServer = faults,
            ServerToClient = faults,
        });
        _peer = far;
        _driver = create(near, _scheduler.PipeScheduler);
        _sink = new RecordingSink(_driver);
    }

    public void Run()
    {
        _scheduler.Run(async () =>
        {
            // Early bytes: before the driver is started.
            var tasks = new List<Task> { PeerSends() };
            await Steps(_scheduler.Random.Next(3));
            if (_scheduler.Random.Next(2) == 0)
                Append();
            tasks.AddRange(_events.Select(Happen));
            await Steps(_scheduler.Random.Next(4));
            _driver.Start(_sink);
            tasks.AddRange([ConnectionSends(), PeerReads()]);
            await Task.WhenAll(tasks[..^1]);

            // The rest of both sides, so that each run must come to its end.
            _driver.ResumeReceive();
            Complete();
            await EndPeer();
            await tasks[^1];
        });
        _scheduler.RunUntilIdle();
    }

    public void Check()
    {
        _scheduler.ForeignPosts.ShouldBe(0);
        (_sink.ReceiveEnds, _sink.SendEnds).ShouldBe((1, 1));
        _driver.UnsentBytes.ShouldBe(0);
        IsPrefix(_sink.Received, _peerSent).ShouldBeTrue("received is not what was sent");
        IsPrefix(_peerReceived, _appended).ShouldBeTrue("the peer received what was not appended");
        if (_cut)
            return;
        (_sink.ReceiveError, _sink.SendError).ShouldBe((null, null));
        // After a close nothing more need be received.
        if (!_closed)
            _sink.Received.Count.ShouldBe(_peerSent.Count);
        _peerReceived.Count.ShouldBe(_appended.Count);
    }

    private static bool IsPrefix(List<byte> part, List<byte> whole) =>
        part.Count <= whole.Count && part.ToArray().AsSpan().SequenceEqual(whole.ToArray().AsSpan(0, part.Count));

    private static async Task Steps(int count)
    {
        for (int i = 0; i < count; i++)
            await Task.Yield();
    }

    private async Task Happen(string what)
    {
        await Steps(_scheduler.Random.Next(60));
        switch (what)
        {
            case "pause":
                for (int i = 0; i < 5; i++)
                {
                    _driver.PauseReceive();
                    await Steps(_scheduler.Random.Next(10));
                    _driver.ResumeReceive();
                    await Steps(_scheduler.Random.Next(10));
                }

                break;
            case "complete":
                Complete();
                break;
            case "close":
                _completed = _closed = true;
                _driver.Close();
                _driver.Close();
                break;
            case "halfclose":
                await EndPeer();
                break;
            case "abort":
                _cut = true;
                _driver.Abort();
                _driver.Abort();
                break;
            case "reset":
                _cut = true;
                _peer.Reset();
                break;
            case "peerstops":
                _cut = true;
                await _peer.Input.CompleteAsync();
                break;
        }
    }

    private void Complete()
    {
        _completed = true;
        _driver.CompleteSend();
    }

    private async Task EndPeer()
    {
        if (_peerEnded)
            return;
        _peerEnded = true;
        await _peer.Output.CompleteAsync();
    }

    private void Append()
    {
        byte[] bytes = new byte[_scheduler.Random.Next(1, 6000)];
        _scheduler.Random.NextBytes(bytes);
        lock (_driver.Gate)
        {
            if (_completed)
                return;
            _driver.Output.Write(bytes);
            _appended.AddRange(bytes);
        }

        _driver.Flush();
    }

    private async Task ConnectionSends()
    {
        for (int i = 0; i < 12; i++)
        {
            Append();
            _driver.UnsentBytes.ShouldBeInRange(0, _appended.Count);
            await Steps(_scheduler.Random.Next(4));
        }
    }

    private async Task PeerSends()
    {
        try
        {
            for (int i = 0; i < 12 && !_peerEnded; i++)
            {
                byte[] bytes = new byte[_scheduler.Random.Next(1, 6000)];
                _scheduler.Random.NextBytes(bytes);
                _peerSent.AddRange(bytes);
                if ((await _peer.Output.WriteAsync(bytes)).IsCompleted)
                    return;
                await Steps(_scheduler.Random.Next(4));
            }
        }
        catch (Exception e) when (_cut && e is IOException)
        {
        }
    }

    private async Task PeerReads()
    {
        try
        {
            while (true)
            {
                var read = await _peer.Input.ReadAsync();
                foreach (var segment in read.Buffer)
                    _peerReceived.AddRange(segment.Span);
                _peer.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
                await Steps(_scheduler.Random.Next(3));
            }
        }
        catch (Exception e) when (_cut && e is IOException or InvalidOperationException)
        {
        }
    }
}
