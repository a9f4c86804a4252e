using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Showcase.Frames;

/// <summary>A WebSocket client of bare bytes: it speaks to this very server over TCP, and keeps what went either way.</summary>
internal sealed class RawPeer : IDisposable
{
    private const int LongestHead = 16 << 10;
    private const int LongestFrame = 64 << 10;

    private readonly TcpClient _tcp = new() { NoDelay = true };
    private NetworkStream? _stream;

    /// <summary>What went either way, in order.</summary>
    public List<Step> Steps { get; } = [];

    /// <summary>Connects.</summary>
    public async Task ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        await _tcp.ConnectAsync(address, port, cancellationToken);
        _stream = _tcp.GetStream();
    }

    /// <summary>Asks for the upgrade (RFC 6455 §4.1), and reads the answer.</summary>
    public async Task ShakeHandsAsync(string host, string path, CancellationToken cancellationToken)
    {
        string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        byte[] request = Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n");
        await SendAsync("request", request, cancellationToken);
        var answer = new List<byte>();
        byte[] one = new byte[1];
        while (answer.Count < LongestHead && !answer.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            await _stream!.ReadExactlyAsync(one, cancellationToken);
            answer.Add(one[0]);
        }

        Steps.Add(new Step("server", "response", [.. answer]));
    }

    /// <summary>Sends a frame, masked as a client must (RFC 6455 §5.3).</summary>
    /// <param name="opcode">0 continuation, 1 text, 8 close, 9 ping.</param>
    /// <param name="payload">At most 65,535 bytes.</param>
    /// <param name="isFinal">Whether the message ends with it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SendFrameAsync(int opcode, ReadOnlySpan<byte> payload, bool isFinal, CancellationToken cancellationToken)
    {
        byte[] mask = RandomNumberGenerator.GetBytes(4);
        var frame = new List<byte> { (byte)((isFinal ? 0x80 : 0) | opcode) };
        if (payload.Length < 126)
        {
            frame.Add((byte)(0x80 | payload.Length));
        }
        else
        {
            frame.Add(0x80 | 126);
            frame.Add((byte)(payload.Length >> 8));
            frame.Add((byte)payload.Length);
        }

        frame.AddRange(mask);
        for (int i = 0; i < payload.Length; i++)
            frame.Add((byte)(payload[i] ^ mask[i & 3]));
        return SendAsync("frame", [.. frame], cancellationToken);
    }

    /// <summary>Reads frames of the server until one of an opcode has come.</summary>
    public async Task ReadUntilAsync(int opcode, CancellationToken cancellationToken)
    {
        int read;
        bool isFinal;
        do
        {
            var frame = new List<byte>(await ReadAsync(2, cancellationToken));
            (read, isFinal) = (frame[0] & 0xF, (frame[0] & 0x80) != 0);
            long length = frame[1] & 0x7F;
            if (length >= 126)
            {
                byte[] extended = await ReadAsync(length == 126 ? 2 : 8, cancellationToken);
                frame.AddRange(extended);
                length = extended.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(extended) : (long)BinaryPrimitives.ReadUInt64BigEndian(extended);
            }

            if (length is < 0 or > LongestFrame)
                throw new InvalidDataException("The frame is longer than anything that was sent.");
            frame.AddRange(await ReadAsync((int)length, cancellationToken));
            Steps.Add(new Step("server", "frame", [.. frame]));
        }
        while (read != opcode || !isFinal);
    }

    /// <inheritdoc/>
    public void Dispose() => _tcp.Dispose();

    private async Task SendAsync(string kind, byte[] bytes, CancellationToken cancellationToken)
    {
        await _stream!.WriteAsync(bytes, cancellationToken);
        Steps.Add(new Step("client", kind, bytes));
    }

    private async Task<byte[]> ReadAsync(int count, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[count];
        await _stream!.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    /// <summary>One thing that was sent.</summary>
    /// <param name="From"><c>client</c> or <c>server</c>.</param>
    /// <param name="Kind"><c>request</c>, <c>response</c> or <c>frame</c>.</param>
    /// <param name="Bytes">As they were on the wire.</param>
    internal sealed record Step(string From, string Kind, byte[] Bytes);
}
