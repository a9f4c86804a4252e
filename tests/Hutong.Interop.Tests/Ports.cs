using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hutong.Interop;

/// <summary>Ports for programs that must be told theirs, or that come back to it.</summary>
internal static class Ports
{
    private static readonly ConcurrentDictionary<int, bool> Reserved = new();

    /// <summary>
    /// A port that is free, and stays so until it is taken: it lies below those that systems give to whoever asks for any, and to connections.
    /// </summary>
    public static int Reserve()
    {
        while (true)
        {
            int port = Random.Shared.Next(20_000, 32_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                if (Reserved.TryAdd(port, true))
                    return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }
    }
}
