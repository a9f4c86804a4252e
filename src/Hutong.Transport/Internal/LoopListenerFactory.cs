using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Transport.Internal;

/// <summary>Listens on TCP addresses by event loops. Unix sockets, inherited handles and pipes are left to Kestrel's own transports.</summary>
internal sealed class LoopListenerFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly LoopGroup _loops;
    private readonly HutongTransportOptions _options;
    private readonly MemoryPool<byte> _memory;

    public LoopListenerFactory(LoopGroup loops, HutongTransportOptions options, IServiceProvider services)
    {
        _loops = loops;
        _options = options;
        _memory = services.GetService<IMemoryPoolFactory<byte>>()?.Create() ?? MemoryPool<byte>.Shared;
    }

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint && _options.Mode != TransportMode.Kestrel;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var address = (IPEndPoint)endpoint;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(address);
            socket.Listen(_options.Backlog);
            socket.Blocking = false;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw e.SocketErrorCode == SocketError.AddressAlreadyInUse ? new AddressInUseException(e.Message, e) : e;
        }

        var listener = new LoopListener(socket, _loops.Loops, _memory, _loops.Shortcut);
        listener.Start();
        return new(listener);
    }
}
