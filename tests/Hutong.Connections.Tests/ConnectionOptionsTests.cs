namespace Hutong.Connections;

public class ConnectionOptionsTests
{
    public static TheoryData<ConnectionOptions> Wrong =>
    [
        new ConnectionOptions { MaxMessageSize = -1 }, new ConnectionOptions { SendQueueLimit = 0 }, new ConnectionOptions { ReceivePauseThreshold = 0 }, new ConnectionOptions { ReceiveQueueLimit = 0 },
        new ConnectionOptions { KeepAliveInterval = TimeSpan.FromMilliseconds(-1) }, new ConnectionOptions { KeepAliveInterval = TimeSpan.FromDays(2) },
        new ConnectionOptions { KeepAliveTimeout = TimeSpan.Zero }, new ConnectionOptions { CloseTimeout = TimeSpan.Zero }, new ConnectionOptions { CloseTimeout = Timeout.InfiniteTimeSpan },
        new ConnectionOptions { SendQueuePolicy = (SendQueuePolicy)7 }, new ConnectionOptions { Heartbeat = new HeartbeatOptions { Interval = TimeSpan.Zero } },
    ];

    [Fact]
    public void Validate_Defaults_AreValid() => ConnectionOptions.Default.Validate();

    [Fact]
    public void Validate_Extremes_AreValid() => new ConnectionOptions
    {
        MaxMessageSize = 0,
        SendQueueLimit = long.MaxValue,
        ReceivePauseThreshold = long.MaxValue,
        ReceiveQueueLimit = 1,
        KeepAliveInterval = TimeSpan.Zero,
        KeepAliveTimeout = TimeSpan.FromDays(1),
    }.Validate();

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Validate_OutOfRange_Throws(ConnectionOptions options) => Should.Throw<ArgumentOutOfRangeException>(options.Validate);

    [Fact]
    public void Validate_MissingParts_Throws()
    {
        Should.Throw<ArgumentNullException>(new ConnectionOptions { TimeProvider = null! }.Validate);
        Should.Throw<ArgumentException>(new ConnectionOptions { Heartbeat = new HeartbeatOptions { Message = "" } }.Validate);
    }
}
