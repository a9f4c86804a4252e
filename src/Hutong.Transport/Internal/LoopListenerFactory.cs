using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Hutong.Transport.Internal;

/// <summary>Listens on TCP addresses by event loops. Unix sockets, inherited handles and pipes are left to Kestrel's own transports.</summary>
internal sealed class LoopListenerFactory(LoopGroup loops, HutongTransportOptions options, MemoryPool<byte> memory)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var address = (IPEndPoint)endpoint;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(address);
            socket.Listen(options.Backlog);
            socket.Blocking = false;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw e.SocketErrorCode == SocketError.AddressAlreadyInUse ? new AddressInUseException(e.Message, e) : e;
        }

        var listener = new LoopListener(socket, loops.Loops, memory, loops.Shortcut);
        listener.Start();
        return new(listener);
    }
}
