namespace Hutong.Testing;

/// <summary>How a connection ends at <see cref="LinkFaults.CutAfter"/>.</summary>
public enum CutMode
{
    /// <summary>
    /// Reads and writes on both ends fail with <see cref="IOException"/>. The receiver of the cut direction first reads
    /// the bytes before the cut; everything else fails at once.
    /// </summary>
    Reset,

    /// <summary>
    /// The receiver sees the end of the stream after the bytes before the cut. The sender does not notice: its further
    /// bytes are lost. The other direction goes on.
    /// </summary>
    EndOfStream,
}
