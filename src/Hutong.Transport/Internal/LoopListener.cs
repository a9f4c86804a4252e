using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Hutong.Transport.Internal.Linux;
using Microsoft.AspNetCore.Connections;

namespace Hutong.Transport.Internal;

/// <summary>One address that is listened on, by all loops.</summary>
internal sealed class LoopListener : IConnectionListener
{
    // Connections whose first bytes have not come, and those that Kestrel has not taken; beyond it they wait in the kernel's own queue.
    private const int MaxWaiting = 1024;

    private readonly ListeningSocket[] _sockets;
    private readonly System.Net.Sockets.Socket _socket;
    private readonly EventLoop[] _loops;

    // Bounded by HasRoom: several loops that see room at once may exceed it by a few, and what was accepted is not thrown away.
    private readonly Channel<HttpSocket> _accepted = Channel.CreateUnbounded<HttpSocket>();
    private readonly HttpPipeOptions _pipes;
    private readonly IShortcut? _shortcut;
    private readonly IPEndPoint? _localOfAll;
    private int _unbound;
    private int _waiting;

    public LoopListener(System.Net.Sockets.Socket socket, EventLoop[] loops, MemoryPool<byte> memory, IShortcut? shortcut)
    {
        _shortcut = shortcut;
        _socket = socket;
        _loops = loops;
        _pipes = new HttpPipeOptions(memory);
        EndPoint = socket.LocalEndPoint!;
        // Where one address is bound, each connection came in by that one.
        var bound = (IPEndPoint)EndPoint;
        _localOfAll = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any) ? null : bound;
        int descriptor = (int)socket.Handle;
        _sockets = [.. loops.Select(loop => new ListeningSocket(loop, descriptor, this))];
    }

    public EndPoint EndPoint { get; }

    /// <summary>Whether another connection may be accepted now.</summary>
    public bool HasRoom => Volatile.Read(ref _waiting) < MaxWaiting;

    public void Start()
    {
        foreach (var socket in _sockets)
            socket.Loop.Post(socket, Errands.Start);
    }

    /// <summary>Takes a new connection. On a loop, which need not be the one that will have it.</summary>
    public void OnAccepted(EventLoop loop, int descriptor, IPEndPoint? remote)
    {
        Interlocked.Increment(ref _waiting);
        var home = LoopWithFewest(loop);
        var local = LocalEndPointOf(descriptor);
        var fresh = new FreshSocket(home, descriptor, local, remote, _shortcut, this);
        if (home == loop)
            fresh.Begin();
        else
            home.Post(fresh, Errands.Start);
    }

    /// <summary>Gives Kestrel a connection that is watched already. On its loop.</summary>
    public void GiveToKestrel(EventLoop loop, int descriptor, IPEndPoint? local, IPEndPoint? remote, ReadOnlySpan<byte> received)
    {
        var socket = new HttpSocket(loop, descriptor, local, remote, _pipes);
        socket.Adopt(received);
        Offer(socket);
    }

    /// <summary>A connection that was accepted waits no more.</summary>
    public void Forget()
    {
        if (Interlocked.Decrement(ref _waiting) == MaxWaiting / 2)
            Resume();
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!_accepted.Reader.TryRead(out var socket))
                continue;
            Forget();
            return socket.Context;
        }

        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _unbound, 1) != 0)
            return;
        foreach (var socket in _sockets)
            socket.Loop.Post(socket, Errands.Close);
        // Only when no loop accepts from it any more may its number be given to another. It takes a turn, so there is nothing to cancel.
        foreach (var socket in _sockets)
            await socket.Closed.ConfigureAwait(false);
        _socket.Dispose();
        _accepted.Writer.TryComplete();
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private void Resume()
    {
        foreach (var socket in _sockets)
            socket.Loop.Post(socket, Errands.Resume);
    }

    private IPEndPoint? LocalEndPointOf(int descriptor) => _localOfAll ?? SocketAddresses.LocalOf(descriptor);

    private void Offer(HttpSocket socket)
    {
        if (!_accepted.Writer.TryWrite(socket))
            socket.Abort(new ConnectionAbortedException("The listener was closed."));
    }

    private EventLoop LoopWithFewest(EventLoop first)
    {
        var best = first;
        foreach (var loop in _loops)
        {
            if (loop.Count < best.Count)
                best = loop;
        }

        return best;
    }
}
