using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Hutong.Transport.Internal.Linux;

/// <summary>Accepts connections, and reads <c>struct sockaddr</c>.</summary>
internal static unsafe class SocketAddresses
{
    // struct sockaddr_in6 is the larger of the two.
    private const int MaxSize = 28;
    private const ushort InterNetwork = 2;
    private const ushort InterNetworkV6 = 10;

    /// <summary>Accepts a connection, which does not block and does not wait to fill segments.</summary>
    /// <returns>Its descriptor, or a negated errno value.</returns>
    public static int Accept(int listening, out IPEndPoint? remote)
    {
        byte* address = stackalloc byte[MaxSize];
        int length = MaxSize;
        int descriptor = Libc.Accept(listening, address, &length, Libc.NonBlocking | Libc.CloseOnExec);
        if (descriptor < 0)
        {
            remote = null;
            return -Marshal.GetLastPInvokeError();
        }

        int one = 1;
        _ = Libc.SetOption(descriptor, Libc.LevelTcp, Libc.OptionNoDelay, &one, sizeof(int));
        remote = Read(new ReadOnlySpan<byte>(address, length));
        return descriptor;
    }

    /// <summary>A connection's own address; null if it has none any more.</summary>
    public static IPEndPoint? LocalOf(int descriptor)
    {
        byte* address = stackalloc byte[MaxSize];
        int length = MaxSize;
        return Libc.GetSocketName(descriptor, address, &length) < 0 ? null : Read(new ReadOnlySpan<byte>(address, length));
    }

    private static IPEndPoint? Read(ReadOnlySpan<byte> address)
    {
        if (address.Length < 8)
            return null;
        int port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return MemoryMarshal.Read<ushort>(address) switch
        {
            InterNetwork => new IPEndPoint(new IPAddress(address.Slice(4, 4)), port),
            InterNetworkV6 when address.Length >= MaxSize =>
                new IPEndPoint(new IPAddress(address.Slice(8, 16), MemoryMarshal.Read<uint>(address[24..])), port),
            _ => null,
        };
    }
}
