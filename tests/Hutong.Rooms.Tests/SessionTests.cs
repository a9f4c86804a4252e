using Hutong.Rooms.Support;

namespace Hutong.Rooms;

/// <summary>Sending to one session.</summary>
public class SessionTests
{
    private static readonly Payload Long = Payload.Json(System.Text.Encoding.UTF8.GetBytes($"\"{new string('x', 400)}\""));

    [Fact]
    public void SendAsync_WithoutRoom_WaitsForIt()
    {
        using var bench = new Bench();
        var wire = bench.Open(limit: 1000);
        var sends = Enumerable.Range(0, 5).Select(_ => wire.Session!.SendAsync("note", Long).AsTask()).ToList();
        sends.Count(s => s.IsCompleted).ShouldBe(2);
        wire.Session!.TrySend("note", Long).ShouldBeFalse();
        int got = 0;
        for (int i = 0; i < 3; i++)
        {
            got += wire.Texts().Count;
            bench.Run();
        }

        got.ShouldBe(5);
        sends.ShouldAllBe(s => s.IsCompletedSuccessfully);
    }

    [Fact]
    public void SendAsync_WhenTheSessionEnds_SaysSo()
    {
        using var bench = new Bench();
        var wire = bench.Open(limit: 500);
        wire.Session!.TrySend("note", Long).ShouldBeTrue();
        var waiting = wire.Session.SendAsync("note", Long).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        wire.End();
        bench.Run();
        waiting.IsCompletedSuccessfully.ShouldBeTrue();
        waiting.Status.ShouldBe(TaskStatus.RanToCompletion);
        wire.Session.SendAsync("note").AsTask().IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void Lag_AndItems_AreTheSessions()
    {
        using var bench = new Bench(rooms => rooms.Map("r*"));
        var wire = bench.OpenIn("r1", "ada");
        var session = wire.Session!;
        session.Items["a"] = 1;
        session.Items["a"].ShouldBe(1);
        session.Lag.ShouldBe(default);
        session.TrySend("note").ShouldBeTrue();
        session.Lag.Messages.ShouldBe(1);
        session.UserId.ShouldBe("ada");
        session.ToString().ShouldBe(session.Id);
        bench.Graph.FindSession(session.Id).ShouldBeSameAs(session);
        bench.Graph.Sessions.ShouldBe([session]);
    }
}
