using Hutong.Connections.Drivers;
using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Connections;

/// <summary>Who keeps what a slow peer has no room for is told when there is room again.</summary>
public class NotifyDrainedTests
{
    [Fact]
    public void NotifyDrained_WithNothingUnsent_CallsAtOnceAndOnce()
    {
        var (driver, connection) = Create();
        int calls = 0;
        connection.NotifyDrained(0, () => calls++);
        calls.ShouldBe(1);
        connection.TrySend("x").ShouldBeTrue();
        driver.Flush();
        calls.ShouldBe(1);
        connection.Abort();
    }

    [Fact]
    public void NotifyDrained_WithMoreUnsent_CallsWhenItHasLeft()
    {
        var (driver, connection) = Create();
        driver.Takes = false;
        connection.TrySend(new string('x', 100)).ShouldBeTrue();
        int calls = 0;
        connection.NotifyDrained(50, () => calls++);
        driver.Flush();
        calls.ShouldBe(0);
        driver.Takes = true;
        driver.Flush();
        calls.ShouldBe(1);
        connection.Abort();
    }

    [Fact]
    public void NotifyDrained_Again_ReplacesTheFirst()
    {
        var (driver, connection) = Create();
        driver.Takes = false;
        connection.TrySend("x").ShouldBeTrue();
        var calls = new List<int>();
        connection.NotifyDrained(0, () => calls.Add(1));
        connection.NotifyDrained(0, () => calls.Add(2));
        driver.Takes = true;
        driver.Flush();
        calls.ShouldBe([2]);
        connection.Abort();
    }

    private static (LoopDriver Driver, WebSocketConnection Connection) Create()
    {
        var driver = new LoopDriver();
        var connection = WebSocketConnection.Create(driver, Role.Server, new ConnectionOptions { TimeProvider = new ManualTimeProvider() });
        connection.Start();
        return (driver, connection);
    }
}
