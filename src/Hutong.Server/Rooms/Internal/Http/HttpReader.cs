using System.Threading.Channels;

namespace Hutong.Server.Internal;

/// <summary>A request that waits for a session's messages. Of one session one at a time reads: the next one takes its place.</summary>
internal sealed class HttpReader
{
    private readonly Channel<bool> _signals =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>There may be something new: messages, the end, or the time for a heartbeat.</summary>
    public void Signal() => _signals.Writer.TryWrite(true);

    /// <summary>Waits until it is signalled.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await _signals.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        _signals.Reader.TryRead(out _);
    }
}
