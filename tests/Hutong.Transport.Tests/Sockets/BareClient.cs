using System.Net;
using System.Net.Sockets;
using System.Text;
using Hutong.Server.Tests.Support;
using Hutong.Testing;

namespace Hutong.Transport.Sockets;

/// <summary>A client on a blocking socket that allocates next to nothing. Its waits are bounded.</summary>
internal sealed class BareClient : IDisposable
{
    public const uint MaskKey = 0x01020304;

    private readonly byte[] _buffer = new byte[256 * 1024];

    public BareClient(int port, IPAddress? from = null, int? receiveBuffer = null)
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Patience.Span.TotalMilliseconds,
            SendTimeout = (int)Patience.Span.TotalMilliseconds,
        };
        if (receiveBuffer is { } size)
            Socket.ReceiveBufferSize = size;
        // Many addresses have more ports than one.
        if (from is not null)
            Socket.Bind(new IPEndPoint(from, 0));
        Socket.Connect(IPAddress.Loopback, port);
    }

    public Socket Socket { get; }

    public static byte[] Frame(byte opcode, ReadOnlySpan<byte> payload) => RawFrame.Encode(opcode, payload, maskKey: MaskKey);

    public static byte[] TextFrame(string text) => Frame(1, Encoding.UTF8.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[Socket.Send(bytes)..];
    }

    public void Open(string path = "/ws")
    {
        Send(Head.Bytes(Head.Of(path)));
        ReadHead().ShouldStartWith("HTTP/1.1 101");
    }

    /// <summary>Reads to the end of a head; nothing may follow it yet.</summary>
    public string ReadHead()
    {
        int count = 0;
        while (!_buffer.AsSpan(0, count).EndsWith("\r\n\r\n"u8))
        {
            int more = Socket.Receive(_buffer.AsSpan(count));
            more.ShouldBeGreaterThan(0, "the end instead of an answer");
            count += more;
        }

        return Encoding.Latin1.GetString(_buffer, 0, count);
    }

    /// <summary>Reads so many bytes and forgets them.</summary>
    public void Skip(long count)
    {
        while (count > 0)
        {
            int more = Socket.Receive(_buffer.AsSpan(0, (int)Math.Min(count, _buffer.Length)));
            // An assertion would allocate.
            if (more == 0)
                throw new InvalidOperationException("the end instead of an answer");
            count -= more;
        }
    }

    /// <summary>Reads to the end, in whatever way it comes.</summary>
    /// <returns>How many bytes came before.</returns>
    public long ReadToEnd()
    {
        long count = 0;
        try
        {
            while (true)
            {
                int more = Socket.Receive(_buffer);
                if (more == 0)
                    return count;
                count += more;
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return count;
        }
    }

    public void Reset()
    {
        Socket.LingerState = new LingerOption(enable: true, 0);
        Socket.Close();
    }

    public void Dispose() => Socket.Dispose();
}
