using System.Collections.Concurrent;
using System.Text.Json;
using Hutong.Connections;
using Hutong.Server;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Rooms.Server;

/// <summary>Rooms so large that members are sent to by groups: what holds in small rooms holds there too.</summary>
public sealed class LargeRoomTests
{
    private const int Members = 70;
    private const int Slow = 6;

    private readonly ConcurrentDictionary<WirePeer, long> _read = [];

    [Theory]
    [InlineData(WhenBehind.Drop)]
    [InlineData(WhenBehind.Disconnect)]
    public async Task Publications_ToManyOfWhomSomeDoNotRead_ComeInOrderOrEndTheConnection(WhenBehind whenBehind)
    {
        const int Count = 1000;
        await using var app = await StartAsync(new RoomOptions { HistorySize = 10_000, HistoryBytes = 100 << 20, WhenBehind = whenBehind }, limit: 64 << 10);
        var peers = await JoinAsync(app, Slow);
        var reading = peers.Skip(Slow).Select(p => ReadOffsetsAsync(p, Count)).ToArray();
        var room = app.Host.Services.GetRequiredService<IRooms>().Room("large:1");
        for (int i = 0; i < Count; i++)
        {
            await room.PublishAsync("said", RoomPeer.Filler(8000));
            // Those who read keep up.
            if (i % 10 == 9)
                await Task.WhenAll(peers.Skip(Slow).Select((_, n) => Reached(n, i + 1)));
        }

        foreach (var read in reading)
            (await read).ShouldBe(Enumerable.Range(1, Count).Select(i => (long)i));
        foreach (var slow in peers.Take(Slow))
        {
            if (whenBehind == WhenBehind.Drop)
            {
                (await ReadOffsetsAsync(slow, Count)).ShouldBe(Enumerable.Range(1, Count).Select(i => (long)i));
                continue;
            }

            long last = 0;
            while (await slow.ReadFrameAsync() is var frame && frame.Opcode != 8)
            {
                // What does not answer is pinged.
                if (frame.Opcode == 1)
                    JsonDocument.Parse(frame.Payload).RootElement.Offset().ShouldBe(++last);
            }

            last.ShouldBeLessThan(Count);
        }

        // All are sent to as before.
        var rest = whenBehind == WhenBehind.Drop ? peers : peers.Skip(Slow).ToList();
        await room.PublishAsync("said", RoomPeer.Filler(10));
        foreach (var peer in rest)
            (await peer.JsonAsync()).Offset().ShouldBe(Count + 1);
        await DisposeAsync(peers);

        Task Reached(int reader, long offset) => Patience.UntilAsync(() => _read.GetValueOrDefault(peers[Slow + reader]) >= offset, "A reader that keeps up");
    }

    [Fact]
    public async Task Members_WhoComeAndGo_GetWhatIsPublishedWhileTheyAreIn()
    {
        await using var app = await StartAsync(new RoomOptions { HistorySize = 10_000 });
        var peers = await JoinAsync(app);
        var room = app.Host.Services.GetRequiredService<IRooms>().Room("large:1");
        long offset = 0;
        // Down to where the room is small again, and up.
        for (int left = Members; left > 5; left -= 17)
        {
            foreach (var peer in peers.Take(Math.Min(17, left - 5)))
                await peer.RequestAsync("""{"type":"leave","id":"1","room":"large:1"}""");
            peers.RemoveRange(0, Math.Min(17, left - 5));
            await PublishAsync();
        }

        peers.AddRange(await JoinAsync(app));
        await PublishAsync();
        await DisposeAsync(peers);

        async Task PublishAsync()
        {
            await room.PublishAsync("said", RoomPeer.Filler(10));
            offset++;
            foreach (var peer in peers)
                (await peer.JsonAsync()).Offset().ShouldBe(offset);
        }
    }

    [Fact]
    public async Task Publications_OfMembers_ReachAllInOneOrder()
    {
        await using var app = await StartAsync(new RoomOptions { HistorySize = 10_000, ClientPublish = true });
        var peers = await JoinAsync(app);
        for (int i = 1; i <= 20; i++)
            await peers[i].SendTextAsync($$"""{"type":"said","room":"large:1","payload":{{i}}}""");
        var seen = await Task.WhenAll(peers.Select(p => ReadOffsetsAsync(p, 20)));
        foreach (var offsets in seen)
            offsets.ShouldBe(Enumerable.Range(1, 20).Select(i => (long)i));
        await DisposeAsync(peers);
    }

    private static Task<TestApp> StartAsync(RoomOptions options, int limit = 1 << 20) => TestApp.StartAsync(
        a => a.MapRooms(
            "/rt",
            rooms => rooms.Map("large:*", options),
            new RoomsEndpointOptions { Connection = ConnectionOptions.Default with { SendQueueLimit = limit } }),
        b => b.Services.AddRooms());

    private static async Task<List<WirePeer>> JoinAsync(TestApp app, int slow = 0)
    {
        var peers = new List<WirePeer>();
        for (int i = 0; i < Members; i++)
        {
            var peer = i < slow ? await WirePeer.OpenAsync(app.Port, "/rt", receiveBuffer: 4096) : await app.OpenAsync("/rt");
            await peer.RequestAsync("""{"type":"join","room":"large:1"}""");
            peers.Add(peer);
        }

        return peers;
    }

    private async Task<List<long>> ReadOffsetsAsync(WirePeer peer, int count)
    {
        var offsets = new List<long>();
        while (offsets.Count < count)
        {
            var message = await peer.JsonAsync();
            // Now and then they are told where the room stands.
            if (message.Type() == "position")
                continue;
            offsets.Add(message.Offset());
            _read[peer] = offsets[^1];
        }

        return offsets;
    }

    private static async Task DisposeAsync(List<WirePeer> peers)
    {
        foreach (var peer in peers)
            await peer.DisposeAsync();
    }
}
