using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Hutong.Transport;

/// <summary>One run of a connection that stays Kestrel's: a script in Kestrel's place answers each byte with the same.</summary>
internal sealed class HttpExploration(int seed, string[] events) : HttpSimulation(seed, events)
{
    private readonly List<byte> _answered = [];
    private readonly TaskCompletionSource _reads = new();
    private bool _stops;
    private bool _disposed;

    protected override async Task RunAsync()
    {
        var peerReads = PeerReads(static () => { });
        var kestrel = KestrelAsync();
        await Task.WhenAll([PeerSends(), ReadLater(), .. Events.Select(Happen)]);
        await EndPeer();
        await kestrel;
        MayRead();
        await peerReads;
    }

    protected override void Check()
    {
        _disposed.ShouldBeTrue();
        IsPrefix(_answered, PeerSent).ShouldBeTrue("received is not what was sent");
        IsPrefix(PeerReceived, _answered).ShouldBeTrue("the peer received what was not sent");
        if (IsCut)
            return;
        // What was written before the disposal leaves, if the peer reads.
        if (!Has("stall"))
            PeerReceived.Count.ShouldBe(_answered.Count);
        if (!_stops)
            _answered.Count.ShouldBe(PeerSent.Count);
    }

    private async Task Happen(string what)
    {
        await Steps(Random.Next(Has("unread") ? 3000 : 80));
        switch (what)
        {
            case "halfclose":
                await EndPeer();
                break;
            case "abort":
                IsCut = true;
                Socket.Context.Abort(new ConnectionAbortedException());
                break;
            case "reset":
                Reset();
                break;
            case "peerstops":
                await StopPeer();
                break;
            case "stop":
                _stops = true;
                break;
            case "shutdown":
                EndLoop();
                break;
        }
    }

    private async Task PeerSends()
    {
        // More than the transport takes unread, or less than it takes unsent: then nobody waits for a peer that does not read.
        int count = Has("unread") ? 150 : 10;
        for (int i = 0; i < count && !_disposed && await PeerSend(Has("unread") ? new byte[9000] : Bytes(4000)); i++)
            await Steps(Random.Next(4));
    }

    private async Task ReadLater()
    {
        if (Has("unread"))
            await Steps(3000);
        _reads.SetResult();
    }

    private async Task KestrelAsync()
    {
        try
        {
            await _reads.Task;
            while (!_stops)
            {
                var read = await Socket.Context.Transport.Input.ReadAsync();
                foreach (var segment in read.Buffer)
                {
                    _answered.AddRange(segment.Span);
                    Socket.Context.Transport.Output.Write(segment.Span);
                }

                Socket.Context.Transport.Input.AdvanceTo(read.Buffer.End);
                var flush = await Socket.Context.Transport.Output.FlushAsync();
                if (read.IsCompleted || flush.IsCompleted)
                    break;
                await Steps(Random.Next(3));
            }
        }
        catch (Exception e) when (IsCut && e is IOException or OperationCanceledException)
        {
        }

        await Socket.Context.DisposeAsync();
        _disposed = true;
    }
}
