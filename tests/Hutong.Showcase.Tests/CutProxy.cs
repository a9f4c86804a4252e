using System.Net;
using System.Net.Sockets;

namespace Hutong.Showcase;

/// <summary>A line between a browser and a server that can be cut, and mended.</summary>
internal sealed class CutProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _clients = [];
    private readonly int _port;
    private readonly Task _accepting;
    private bool _isCut;

    public CutProxy(Server server)
    {
        _port = new Uri(server.Url).Port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it is, without a slash at the end.</summary>
    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Drops all connections, and takes none until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            foreach (var client in _clients)
                Reset(client);
            _clients.Clear();
        }
    }

    /// <summary>Takes connections again.</summary>
    public void Mend()
    {
        lock (_gate)
            _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        _ended.Dispose();
    }

    private static void Reset(TcpClient client)
    {
        try
        {
            // There is none left where it has been disposed of.
            if (client.Client is { } socket)
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        client.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await _listener.AcceptTcpClientAsync(_ended.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task CarryAsync(TcpClient near)
    {
        var far = new TcpClient();
        try
        {
            lock (_gate)
            {
                if (_isCut)
                {
                    Reset(near);
                    return;
                }

                _clients.Add(near);
                _clients.Add(far);
            }

            await far.ConnectAsync(IPAddress.Loopback, _port, _ended.Token);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), _ended.Token), far.GetStream().CopyToAsync(near.GetStream(), _ended.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // One of the two has gone.
        }
        finally
        {
            near.Dispose();
            far.Dispose();
        }
    }
}
