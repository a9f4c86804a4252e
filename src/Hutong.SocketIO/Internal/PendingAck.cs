namespace Hutong.SocketIO.Internal;

/// <summary>Someone waits for an answer of a client.</summary>
internal abstract class PendingAck
{
    /// <summary>The answer has come.</summary>
    public abstract void Take(SocketEvent answer);

    /// <summary>It will not come any more.</summary>
    public abstract void Fail(Exception reason);
}
