using Hutong.Rooms.Support;

namespace Hutong.Rooms;

/// <summary>What the backplane of a single process keeps, and for how long.</summary>
public class MemoryBackplaneTests
{
    private static readonly Action<RoomsBuilder> Kept = rooms => rooms.Map("r*", new RoomOptions { HistorySize = 5, HistoryAge = TimeSpan.FromMinutes(5) }).Map("plain");

    [Fact]
    public void Stream_ThatNobodyEverSpokeIn_IsForgottenAfterAMinute()
    {
        using var bench = new Bench(Kept);
        Visit(bench, "r1");
        Visit(bench, "plain");
        Streams(bench).ShouldBe(1);
        bench.Advance(TimeSpan.FromSeconds(50));
        Streams(bench).ShouldBe(1);
        bench.Advance(TimeSpan.FromSeconds(30));
        Streams(bench).ShouldBe(0);
    }

    [Fact]
    public void Stream_WhoseHistoryIsGone_KeepsItsPositionForAnHour()
    {
        using var bench = new Bench(Kept);
        string epoch = bench.Publish("r1", "said")!.Value.Epoch;
        bench.Advance(TimeSpan.FromMinutes(59));
        ((MemoryBackplane)bench.Graph.Backplane).HistoryBytes.ShouldBe(0);
        bench.Publish("r1", "said")!.Value.ShouldBe(new StreamPosition(epoch, 2));
        bench.Advance(TimeSpan.FromMinutes(61));
        Streams(bench).ShouldBe(0);
        bench.Publish("r1", "said")!.Value.Offset.ShouldBe(1);
    }

    [Fact]
    public void Histories_BeyondAllTheirBytes_LoseTheOldestOfTheRoomThatSpeaks()
    {
        using var memory = new MemoryBackplane(new() { MaxHistoryBytes = 3000 });
        using var bench = new Bench(Kept, backplane: memory);
        for (int i = 0; i < 4; i++)
        {
            bench.Publish("r1", "said", $"\"{new string('x', 400)}\"");
            bench.Publish("r2", "said", $"\"{new string('x', 400)}\"");
        }

        memory.HistoryBytes.ShouldBeLessThanOrEqualTo(3000);
        memory.HistoryBytes.ShouldBeGreaterThan(2000);
    }

    [Fact]
    public void Nodes_OfARoomWithoutHistory_ComeAndGo()
    {
        using var memory = new MemoryBackplane();
        using var one = new Bench(Kept, backplane: memory);
        using var other = new Bench(Kept, backplane: memory, beside: one);
        var first = one.OpenIn("plain");
        var second = other.OpenIn("plain");
        one.Publish("plain", "said");
        first.Texts().Count.ShouldBe(1);
        second.Texts().Count.ShouldBe(1);
        first.End();
        one.Run();
        one.Publish("plain", "said");
        second.Texts().Count.ShouldBe(1);
        second.End();
        one.Run();
        memory.Streams.ShouldBe(0);
    }

    private static void Visit(Bench bench, string room)
    {
        bench.OpenIn(room).End();
        bench.Run();
    }

    private static int Streams(Bench bench) => ((MemoryBackplane)bench.Graph.Backplane).Streams;
}
