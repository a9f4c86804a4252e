using System.Buffers.Binary;
using System.Text;

namespace Hutong.Testing;

/// <content>What the peer sends.</content>
public sealed partial class RawPeer
{
    /// <summary>Sends bytes as they are.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellationToken">Cancels a send that waits for the other side to read.</param>
    /// <exception cref="IOException">The connection was reset.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        await _writer.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);

    /// <summary>Sends bytes as they are.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="IOException">The connection was reset.</exception>
    public Task SendAsync(params byte[] bytes) => SendAsync(bytes.AsMemory());

    /// <summary>Sends bytes written in hexadecimal, such as <c>"81 05 48 65 6C 6C 6F"</c>.</summary>
    /// <param name="hex">Pairs of digits; white space is skipped.</param>
    /// <param name="cancellationToken">Cancels a send that waits for the other side to read.</param>
    /// <exception cref="FormatException"><paramref name="hex"/> is not hexadecimal.</exception>
    /// <exception cref="IOException">The connection was reset.</exception>
    public Task SendHexAsync(string hex, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hex);
        return SendAsync(Convert.FromHexString(string.Concat(hex.Where(c => !char.IsWhiteSpace(c)))).AsMemory(), cancellationToken);
    }

    /// <summary>Sends one frame, valid or not.</summary>
    /// <param name="opcode">0 to 15.</param>
    /// <param name="payload">The payload, unmasked.</param>
    /// <param name="fin">Whether it is the last frame of its message.</param>
    /// <param name="rsv">The reserved bits, 0 to 7; RSV1 is 4.</param>
    /// <param name="masked">Whether to mask; null, the default, does what the role demands, or masks when a key is given.</param>
    /// <param name="maskKey">The key; null for a fixed one.</param>
    /// <param name="lengthForm">How the length is written.</param>
    /// <param name="cancellationToken">Cancels a send that waits for the other side to read.</param>
    /// <exception cref="ArgumentException">A key is given for a frame that is not masked.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number does not fit its field, or the payload not its length form.
    /// </exception>
    /// <exception cref="IOException">The connection was reset.</exception>
    public Task SendFrameAsync(
        byte opcode,
        ReadOnlyMemory<byte> payload = default,
        bool fin = true,
        byte rsv = 0,
        bool? masked = null,
        uint? maskKey = null,
        RawLengthForm lengthForm = RawLengthForm.Minimal,
        CancellationToken cancellationToken = default)
    {
        var mask = masked ?? (maskKey is not null || Role == RawPeerRole.Client);
        if (!mask && maskKey is not null) throw new ArgumentException("An unmasked frame has no key.", nameof(maskKey));
        var bytes = RawFrame.Encode(opcode, payload.Span, fin, rsv, mask ? maskKey ?? DefaultMaskKey : null, lengthForm);
        return SendAsync(bytes.AsMemory(), cancellationToken);
    }

    /// <summary>Sends a text message of one frame.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Cancels a send that waits for the other side to read.</param>
    /// <exception cref="IOException">The connection was reset.</exception>
    public Task SendTextAsync(string text, CancellationToken cancellationToken = default) =>
        SendFrameAsync(1, Encoding.UTF8.GetBytes(text), cancellationToken: cancellationToken);

    /// <summary>Sends a close frame.</summary>
    /// <param name="code">The close code, allowed or not; null for an empty payload.</param>
    /// <param name="reason">The reason; above 123 bytes the frame is invalid, and is sent.</param>
    /// <param name="cancellationToken">Cancels a send that waits for the other side to read.</param>
    /// <exception cref="ArgumentException">A reason is given without a code.</exception>
    /// <exception cref="IOException">The connection was reset.</exception>
    public Task SendCloseAsync(ushort? code = 1000, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (code is null && reason.Length > 0) throw new ArgumentException("A reason needs a code before it.", nameof(reason));
        var payload = new byte[code is null ? 0 : 2 + Encoding.UTF8.GetByteCount(reason)];
        if (code is { } number)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload, number);
            Encoding.UTF8.GetBytes(reason, payload.AsSpan(2));
        }
        return SendFrameAsync(8, payload, cancellationToken: cancellationToken);
    }

    /// <summary>
    /// Sends text of HTTP/1.1 as Latin-1. Line ends become CR LF, so that a raw string literal will do; for other line
    /// ends use <see cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/>. The blank line is the caller's.
    /// </summary>
    /// <param name="text">A request or a response, or a part of one.</param>
    /// <param name="cancellationToken">Cancels a send that waits for the other side to read.</param>
    /// <exception cref="IOException">The connection was reset.</exception>
    public Task SendHttpAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SendAsync(Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n")).AsMemory(), cancellationToken);
    }
}
