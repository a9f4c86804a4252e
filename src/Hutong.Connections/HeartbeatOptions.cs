namespace Hutong.Connections;

/// <summary>A heartbeat that a page can see: browsers show scripts no protocol pings.</summary>
public sealed record HeartbeatOptions
{
    /// <summary>How long this end may have sent nothing before the message is sent. Default 25 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>The text to send. Default <c>{"type":"ping"}</c>.</summary>
    public string Message { get; init; } = """{"type":"ping"}""";
}
