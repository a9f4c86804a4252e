using Hutong.Rooms;

namespace Hutong.Server.Internal;

/// <summary>The wire of a session that there is only while handlers are asked about it: nothing reaches its client.</summary>
internal sealed class NoWire : SessionWire
{
    public override string Name => "none";

    public override Dialect Dialect => HttpDialect.Instance;

    public override SessionLag Pending => default;

    public override bool TrySend(OutgoingMessage message) => false;

    public override void NotifyDrained(long bytes)
    {
    }

    public override void Close(int code, string reason)
    {
    }
}
