using System.IO.Pipelines;

namespace Hutong.Testing;

/// <summary>
/// One end of an in-memory connection. <see cref="Faults"/>, <see cref="Pause"/> and <see cref="HalfClose"/> concern what
/// this end sends. Completing <see cref="Input"/> makes the peer's flushes report completion once more bytes arrive.
/// </summary>
public sealed class FaultyDuplexPipe : IDuplexPipe
{
    readonly DuplexLink _in;
    readonly DuplexLink _out;

    internal FaultyDuplexPipe(DuplexLink incoming, DuplexLink outgoing)
    {
        _in = incoming;
        _out = outgoing;
        Output = new DuplexLinkWriter(outgoing);
    }

    /// <summary>What the peer sends. Reads throw <see cref="IOException"/> after a reset; unread bytes are lost then.</summary>
    public PipeReader Input => _in.Reader;

    /// <summary>
    /// Where to write for the peer. Flushes throw <see cref="IOException"/> after a reset. Completing it without an
    /// exception half-closes the connection behind the bytes sent; with one, it resets the connection.
    /// </summary>
    public PipeWriter Output { get; }

    /// <summary>What the network does to the bytes this end sends. It may be changed at any time.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LinkFaults Faults
    {
        get => _out.Faults;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _out.Faults = value;
        }
    }

    /// <summary>How many bytes this end has flushed to <see cref="Output"/>, delivered or not.</summary>
    public long BytesSent => _out.Sent;

    /// <summary>How many bytes were delivered to <see cref="Input"/>, read or not.</summary>
    public long BytesReceived => _in.Delivered;

    /// <summary>Whether delivery to the peer is held up by <see cref="Pause"/>.</summary>
    public bool IsPaused => _out.Paused;

    /// <summary>
    /// Holds up what this end sends, as a stuck network does: flushes succeed until
    /// <see cref="InMemoryDuplexOptions.PauseWriterThreshold"/>, and nothing arrives. A reset still passes.
    /// </summary>
    public void Pause() => _out.Paused = true;

    /// <summary>Delivers again, beginning with what was held up.</summary>
    public void Resume() => _out.Paused = false;

    /// <summary>
    /// Breaks the connection at once: pending and further reads and flushes of both ends throw
    /// <see cref="IOException"/>, and bytes not yet read are lost. A direction that has ended stays ended.
    /// </summary>
    public void Reset() => _out.ResetConnection(null);

    /// <summary>
    /// Completes <see cref="Output"/>: the peer reads what was sent and then the end of the stream, and may go on
    /// sending. Not to be called during a write.
    /// </summary>
    public void HalfClose() => Output.Complete();
}
