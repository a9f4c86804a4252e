using System.IO.Pipelines;

namespace Hutong.Testing;

/// <summary>
/// A scripted WebSocket peer for tests that say byte by byte what a peer does, right or wrong. It answers nothing by
/// itself, checks nothing but what it is asked to expect, and shares no code with the engine under test. One send and one
/// read may run at a time.
/// </summary>
public sealed partial class RawPeer : IAsyncDisposable
{
    // Any key does, if it is the same in each run and has four different bytes: this is the one of RFC 6455, section 5.7.
    const uint DefaultMaskKey = 0x37fa213d;

    readonly PipeReader _reader;
    readonly PipeWriter _writer;

    /// <summary>Creates a peer over a transport, which it owns from now on.</summary>
    /// <param name="transport">For example one end of <see cref="InMemoryDuplex.CreatePair"/>.</param>
    /// <param name="role">The side to play; it decides only whether frames are masked by default.</param>
    /// <exception cref="ArgumentNullException"><paramref name="transport"/> is null.</exception>
    public RawPeer(IDuplexPipe transport, RawPeerRole role)
    {
        ArgumentNullException.ThrowIfNull(transport);
        (_reader, _writer, Role) = (transport.Input, transport.Output, role);
    }

    /// <summary>Creates a peer over a stream, which it owns from now on.</summary>
    /// <param name="stream">For example a network stream.</param>
    /// <param name="role">The side to play; it decides only whether frames are masked by default.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public RawPeer(Stream stream, RawPeerRole role)
    {
        ArgumentNullException.ThrowIfNull(stream);
        (_reader, _writer, Role) = (PipeReader.Create(stream), PipeWriter.Create(stream), role);
    }

    /// <summary>The side this peer plays.</summary>
    public RawPeerRole Role { get; }

    /// <summary>
    /// Ends the sending side. Over a pipe pair the other side then reads the end of the stream, and this peer can still
    /// read; over a stream, which knows no half-close, it closes the stream.
    /// </summary>
    public ValueTask CompleteAsync() => _writer.CompleteAsync();

    /// <summary>Ends both sides.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.CompleteAsync().ConfigureAwait(false);
        await _reader.CompleteAsync().ConfigureAwait(false);
    }
}
