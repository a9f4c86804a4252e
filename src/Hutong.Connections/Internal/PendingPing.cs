namespace Hutong.Connections.Internal;

/// <summary>A ping that waits for its pong.</summary>
internal sealed class PendingPing(long number, long sent)
{
    public long Number { get; } = number;

    /// <summary>The clock's timestamp when it was sent.</summary>
    public long Sent { get; } = sent;

    public TaskCompletionSource<TimeSpan> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
