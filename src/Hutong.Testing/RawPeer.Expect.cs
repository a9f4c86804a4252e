using System.Buffers;
using System.Text;

namespace Hutong.Testing;

/// <content>What the peer reads and expects.</content>
public sealed partial class RawPeer
{
    const int LongestHttpHead = 64 * 1024;

    delegate T? Parser<T>(ref SequenceReader<byte> reader) where T : class;

    /// <summary>Reads one frame, whatever it is.</summary>
    /// <param name="cancellationToken">Cancels the wait; bytes already there stay for the next read.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="PeerExpectationException">The stream ended or was reset before a whole frame had come.</exception>
    public Task<RawFrame> ReadFrameAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("a frame", RawFrame.TryRead, cancellationToken);

    /// <summary>Reads a number of bytes, whatever they are.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Cancels the wait; bytes already there stay for the next read.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="PeerExpectationException">The stream ended or was reset before.</exception>
    public Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return ReadAsync(
            $"{count} bytes",
            (ref reader) =>
            {
                if (reader.Remaining < count) return null;
                var bytes = reader.UnreadSequence.Slice(0, count).ToArray();
                reader.Advance(count);
                return bytes;
            },
            cancellationToken);
    }

    /// <summary>Reads the head of an HTTP request or response.</summary>
    /// <param name="cancellationToken">Cancels the wait; bytes already there stay for the next read.</param>
    /// <returns>The head as Latin-1, with the blank line that ends it.</returns>
    /// <exception cref="PeerExpectationException">
    /// The stream ended or was reset before the blank line, or none came within 64 KiB.
    /// </exception>
    public Task<string> ReadHttpHeadAsync(CancellationToken cancellationToken = default) => ReadAsync(
        "an HTTP head",
        (ref reader) =>
        {
            if (reader.TryReadTo(out ReadOnlySequence<byte> head, "\r\n\r\n"u8)) return Encoding.Latin1.GetString(head) + "\r\n\r\n";
            if (reader.Length > LongestHttpHead) throw new PeerExpectationException("expected an HTTP head, got 64 KiB without a blank line");
            return null;
        },
        cancellationToken);

    /// <summary>Reads one frame and compares it.</summary>
    /// <param name="opcode">The opcode it must have.</param>
    /// <param name="payload">The payload it must have, unmasked; null for any.</param>
    /// <param name="fin">The FIN bit it must have, true by default; null for any.</param>
    /// <param name="rsv">The reserved bits it must have, 0 by default; null for any.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="PeerExpectationException">
    /// Another frame came, one masked as this role's own frames are, or none.
    /// </exception>
    public async Task<RawFrame> ExpectFrameAsync(
        byte opcode,
        ReadOnlyMemory<byte>? payload = null,
        bool? fin = true,
        byte? rsv = 0,
        CancellationToken cancellationToken = default)
    {
        var expected = $"a frame with opcode 0x{opcode:X}"
            + (fin is { } f ? $" fin={(f ? 1 : 0)}" : "")
            + (rsv is { } r ? $" rsv={r}" : "")
            + (Role == RawPeerRole.Server ? " masked" : " unmasked")
            + (payload is { } p ? $", payload {p.Length} bytes {Convert.ToHexString(p.Span[..Math.Min(p.Length, 32)])}" : "");
        var frame = await ReadAsync(expected, RawFrame.TryRead, cancellationToken).ConfigureAwait(false);
        var same = frame.Opcode == opcode
            && (fin ?? frame.Fin) == frame.Fin
            && (rsv ?? frame.Rsv) == frame.Rsv
            && frame.Masked == (Role == RawPeerRole.Server)
            && (payload is not { } bytes || bytes.Span.SequenceEqual(frame.Payload.Span));
        return same ? frame : throw Unexpected(expected, frame.ToString());
    }

    /// <summary>Reads one frame, which must be a whole text message.</summary>
    /// <param name="text">The text it must have.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="PeerExpectationException">Another frame came, or none.</exception>
    public Task<RawFrame> ExpectTextAsync(string text, CancellationToken cancellationToken = default) =>
        ExpectFrameAsync(1, Encoding.UTF8.GetBytes(text), cancellationToken: cancellationToken);

    /// <summary>Reads one frame, which must be a close frame.</summary>
    /// <param name="code">The close code it must have; null for a frame with an empty payload.</param>
    /// <param name="reason">The reason it must have; null, the default, for any.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="PeerExpectationException">Another frame came, or none.</exception>
    public async Task<RawFrame> ExpectCloseAsync(ushort? code, string? reason = null, CancellationToken cancellationToken = default)
    {
        var expected = (code is null ? "a close frame without a code" : $"a close frame with code {code}")
            + (reason is null ? "" : $" and reason \"{reason}\"");
        var frame = await ReadAsync(expected, RawFrame.TryRead, cancellationToken).ConfigureAwait(false);
        var same = frame is { Opcode: 8, Fin: true, Rsv: 0 }
            && frame.Masked == (Role == RawPeerRole.Server)
            && (code is null ? frame.Payload.IsEmpty : frame.CloseCode == code)
            && (reason is null || string.Equals(reason, frame.CloseReason, StringComparison.Ordinal));
        return same ? frame : throw Unexpected(expected, frame.ToString());
    }

    /// <summary>Reads the end of the stream.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="PeerExpectationException">More bytes came, or the connection was reset.</exception>
    public async Task ExpectEndAsync(CancellationToken cancellationToken = default)
    {
        const string Expected = "the end of the stream";
        var surplus = await ReadSurplusAsync(Expected, cancellationToken).ConfigureAwait(false);
        if (surplus.Length > 0) throw Unexpected(Expected, Describe(surplus));
    }

    /// <summary>Reads a reset: an <see cref="IOException"/> of the transport.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="PeerExpectationException">More bytes came, or the end of the stream.</exception>
    public async Task ExpectResetAsync(CancellationToken cancellationToken = default)
    {
        const string Expected = "a reset";
        byte[] surplus;
        try
        {
            surplus = await ReadSurplusAsync(Expected, cancellationToken).ConfigureAwait(false);
        }
        catch (PeerExpectationException error) when (error.InnerException is IOException)
        {
            return;
        }
        throw Unexpected(Expected, surplus.Length > 0 ? Describe(surplus) : "the end of the stream");
    }

    async Task<byte[]> ReadSurplusAsync(string expected, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var result = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                var surplus = result.Buffer.ToArray();
                // Nothing consumed: the bytes are there for whoever looks on after the failure.
                _reader.AdvanceTo(result.Buffer.Start);
                if (surplus.Length > 0 || result.IsCompleted) return surplus;
            }
        }
        catch (IOException error)
        {
            throw Unexpected(expected, "a reset", error);
        }
    }

    async Task<T> ReadAsync<T>(string expected, Parser<T> parse, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            ReadOnlySequence<byte> buffer;
            bool ended;
            try
            {
                var result = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                (buffer, ended) = (result.Buffer, result.IsCompleted);
            }
            catch (IOException error)
            {
                throw Unexpected(expected, "a reset", error);
            }
            // What fails must leave the reader usable, and what is incomplete must wait for more.
            var (consumed, examined) = (buffer.Start, buffer.End);
            try
            {
                if (Parse(buffer, parse, ref consumed) is { } value)
                {
                    examined = consumed;
                    return value;
                }
                if (ended)
                {
                    throw Unexpected(expected, buffer.IsEmpty ? "the end of the stream" : $"the end of the stream after {Describe(buffer.ToArray())}");
                }
            }
            finally
            {
                _reader.AdvanceTo(consumed, examined);
            }
        }
    }

    static T? Parse<T>(ReadOnlySequence<byte> buffer, Parser<T> parse, ref SequencePosition consumed)
        where T : class
    {
        var reader = new SequenceReader<byte>(buffer);
        var value = parse(ref reader);
        if (value is not null) consumed = reader.Position;
        return value;
    }

    static string Describe(ReadOnlySpan<byte> bytes) =>
        $"{bytes.Length} bytes {Convert.ToHexString(bytes[..Math.Min(bytes.Length, 32)])}{(bytes.Length > 32 ? "…" : "")}";

    static PeerExpectationException Unexpected(string expected, string got, Exception? cause = null) =>
        new($"expected {expected}, got {got}", cause!);
}
