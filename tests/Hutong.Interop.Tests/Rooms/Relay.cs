using System.Net;
using System.Net.Sockets;

namespace Hutong.Interop.Rooms;

/// <summary>A piece of the way to a server that can be cut, as a lift or a tunnel does it: both sides see a reset.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly HashSet<Socket> _open = [];
    private readonly int _serverPort;
    private readonly Task _running;

    public Relay(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _running = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Cuts all that goes through now; what comes later goes through.</summary>
    public void Cut()
    {
        lock (_open)
        {
            foreach (var socket in _open)
            {
                socket.LingerState = new LingerOption(enable: true, 0);
                socket.Dispose();
            }

            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Cut();
        await _running;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        using (var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            lock (_open)
            {
                _open.Add(client);
                _open.Add(server);
            }

            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _serverPort);
                await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
            }

            lock (_open)
            {
                _open.Remove(client);
                _open.Remove(server);
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[16 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
                await to.SendAsync(buffer.AsMemory(0, count));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
