namespace Hutong.Connections;

public class ConnectionGroupTests
{
    [Fact]
    public async Task Broadcast_ExceptOne_ReachesTheOthers()
    {
        await using var a = new LivePair();
        await using var b = new LivePair();
        await using var c = new LivePair();
        var group = new ConnectionGroup();
        group.Add(a.Server).ShouldBeTrue();
        group.Add(a.Server).ShouldBeFalse();
        group.Add(b.Server).ShouldBeTrue();
        group.Add(c.Client).ShouldBeTrue();
        foreach (var member in group)
            member.Start();
        group.Broadcast("all", except: b.Server).ShouldBe(2);
        group.Broadcast(PreparedMessage.Binary("x"u8)).ShouldBe(3);
        (await First(a.Client)).ShouldBe("all");
        (await First(b.Client)).ShouldBe("x");
        (await First(c.Server)).ShouldBe("all");
    }

    [Fact]
    public async Task Member_Ends_LeavesByItself()
    {
        var group = new ConnectionGroup();
        await using var a = new LivePair();
        await using var b = new LivePair();
        group.Add(a.Server);
        group.Add(b.Server);
        a.Server.Abort();
        await a.Server.Closed;
        group.Count.ShouldBe(1);
        group.Contains(a.Server).ShouldBeFalse();
        group.Add(a.Server).ShouldBeFalse();
        group.Remove(b.Server).ShouldBeTrue();
        group.Remove(b.Server).ShouldBeFalse();
        b.Server.IsOpen.ShouldBeTrue();
        group.ShouldBeEmpty();
    }

    [Fact]
    public async Task Add_WhileItEnds_KeepsNoDeadMember()
    {
        var group = new ConnectionGroup();
        for (int i = 0; i < 300; i++)
        {
            await using var live = new LivePair();
            // In the very moment before it leaves its groups.
            live.Server.OnClose = (connection, _) => group.Add(connection).ShouldBeFalse();
            var adding = Task.Run(() => group.Add(live.Server));
            live.Server.Abort();
            await live.Server.Closed;
            await adding;
            group.Count.ShouldBe(0);
        }
    }

    private static async Task<string> First(WebSocketConnection connection)
    {
        await foreach (var message in connection.ReadAllAsync())
            return message.Text;
        return "";
    }
}
