using System.Text;
using Hutong.SocketIO.Internal.Engine;
using Hutong.SocketIO.Protocol;

namespace Hutong.SocketIO.Internal;

/// <summary>A connection, and the sockets on it: one for each namespace that the client is in.</summary>
internal sealed class SocketClient : IEngineSink
{
    private readonly SocketIOServer _server;
    private readonly Lock _gate = new();

    // Replaced, never changed.
    private Socket[] _sockets = [];

    // Names of namespaces: being let into; and left by the server, from where something may still be on its way.
    private List<string>? _connecting;
    private List<string>? _left;
    private List<SocketWire>? _waiting;
    private TaskCompletionSource? _drained;
    private ITimer? _timer;
    private bool _isClosed;

    // A packet whose attachments have not all come. Of the reader.
    private SocketPacket _packet;
    private List<ReadOnlyMemory<byte>>? _attachments;

    public SocketClient(SocketIOServer server, IEngineLink link)
    {
        _server = server;
        Link = link;
        _timer = server.Time.CreateTimer(static state => ((SocketClient)state!).OnConnectTimeout(), this, server.Options.ConnectTimeout, Timeout.InfiniteTimeSpan);
    }

    public IEngineLink Link { get; }

    public bool IsOpen => !Volatile.Read(ref _isClosed) && Link.IsOpen;

    public ValueTask OnMessageAsync(EngineSocket socket, ReadOnlyMemory<byte> data, bool isBinary) => ReceiveAsync(data, isBinary);

    public void OnUpgraded(EngineSocket socket) => Upgrade();

    public void OnClosed(EngineSocket socket, EngineCloseReason reason, string? description) => Close(reason.Text, description);

    /// <summary>Takes a message of the client.</summary>
    public ValueTask ReceiveAsync(ReadOnlyMemory<byte> data, bool isBinary)
    {
        if (Volatile.Read(ref _isClosed))
            return default;
        if (isBinary)
            return TakeAttachment(data);
        SocketPacketError? error = null;
        if (_attachments is not null || !SocketPacket.TryRead(data, _server.Options.Packets, out var packet, out error))
        {
            FailToParse(error ?? SocketPacketError.InvalidAttachments);
            return default;
        }

        if (packet.Attachments == 0)
            return HandleAsync(packet, [], isOwned: false);
        _packet = packet with { Namespace = packet.Namespace.ToArray(), Data = packet.Data.ToArray() };
        _attachments = new(packet.Attachments);
        return default;
    }

    public void Upgrade()
    {
        foreach (var socket in Volatile.Read(ref _sockets))
            socket.Wire.UseDirect();
    }

    /// <summary>The connection is over.</summary>
    public void Close(string reason, string? description)
    {
        Socket[] sockets;
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            sockets = _sockets;
            _timer?.Dispose();
            _timer = null;
        }

        OnDrained();
        foreach (var socket in sockets)
            socket.OnClosed(reason, description);
        _server.Remove(this);
    }

    /// <summary>Notes a socket that the client is about to hear of.</summary>
    /// <returns>False if the connection is over already.</returns>
    public bool Add(Socket socket)
    {
        lock (_gate)
        {
            if (_isClosed)
                return false;
            _sockets = [.. _sockets, socket];
            _left?.Remove(socket.Namespace.Name);
            if (_connecting?.Remove(socket.Namespace.Name) == true && _connecting.Count == 0)
                _connecting = null;
            _timer?.Dispose();
            _timer = null;
            return true;
        }
    }

    public void Remove(Socket socket, bool byServer)
    {
        lock (_gate)
        {
            _sockets = [.. _sockets.Where(s => s != socket)];
            if (byServer && (_left ??= []).Count < _server.Options.MaxNamespacesPerConnection)
                _left.Add(socket.Namespace.Name);
        }
    }

    /// <summary>The attempt to let the client into a namespace has failed.</summary>
    public void EndConnecting(string nsp)
    {
        lock (_gate)
            _connecting?.Remove(nsp);
    }

    /// <summary>Puts the client out of all its namespaces, and closes.</summary>
    public void Disconnect()
    {
        foreach (var socket in Volatile.Read(ref _sockets))
            socket.Disconnect();
        _ = CloseWhenSentAsync();
    }

    public void NotifyDrained(SocketWire wire, long bytes)
    {
        lock (_gate)
        {
            _waiting ??= [];
            if (!_waiting.Contains(wire))
                _waiting.Add(wire);
        }

        Link.NotifyDrained(bytes, OnDrained);
    }

    /// <summary>Waits until half of what waits has left, or the connection has ended.</summary>
    public Task WhenDrainedAsync()
    {
        Task task;
        lock (_gate)
        {
            if (_isClosed)
                return Task.CompletedTask;
            task = (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        Link.NotifyDrained(Link.BufferedAmount / 2, OnDrained);
        return task;
    }

    /// <summary>Sends, and waits for room if there is none.</summary>
    /// <returns>Whether it was accepted; false if the connection has ended.</returns>
    public ValueTask<bool> SendAsync(EngineMessage[] messages) => Link.TrySend(messages) ? new(true) : SendSlowlyAsync(messages);

    /// <summary>Closes once the client has what was sent: of what comes in one answer to a poll the close would be heard first.</summary>
    private async Task CloseWhenSentAsync()
    {
        while (IsOpen && Link.BufferedAmount > 0)
            await WhenDrainedAsync().ConfigureAwait(false);
        Link.Close();
    }

    private async ValueTask<bool> SendSlowlyAsync(EngineMessage[] messages)
    {
        while (IsOpen)
        {
            await WhenDrainedAsync().ConfigureAwait(false);
            if (Link.TrySend(messages))
                return true;
        }

        return false;
    }

    private void OnDrained()
    {
        List<SocketWire>? waiting;
        TaskCompletionSource? drained;
        lock (_gate)
        {
            (waiting, _waiting) = (_waiting, null);
            (drained, _drained) = (_drained, null);
        }

        drained?.TrySetResult();
        foreach (var wire in waiting ?? [])
            wire.Session?.Drained();
    }

    private ValueTask TakeAttachment(ReadOnlyMemory<byte> data)
    {
        if (_attachments is not { } attachments)
        {
            FailToParse(SocketPacketError.InvalidAttachments);
            return default;
        }

        attachments.Add(data.ToArray());
        if (attachments.Count < _packet.Attachments)
            return default;
        var packet = _packet;
        _attachments = null;
        _packet = default;
        return HandleAsync(packet, attachments, isOwned: true);
    }

    private ValueTask HandleAsync(in SocketPacket packet, IReadOnlyList<ReadOnlyMemory<byte>> attachments, bool isOwned)
    {
        var socket = Find(packet.Namespace.Span);
        if (packet.Type == SocketPacketType.Connect)
        {
            Connect(packet, socket);
            return default;
        }

        if (socket is null || packet.Type == SocketPacketType.ConnectError)
        {
            if (!WasLeft(packet))
                Cut();
            return default;
        }

        switch (packet.Type)
        {
            case SocketPacketType.Disconnect:
                socket.OnClosed(DisconnectReason.ClientNamespaceDisconnect, null);
                return default;
            case SocketPacketType.Ack or SocketPacketType.BinaryAck:
                socket.TakeAck(packet.Id!.Value, packet.Data, attachments);
                return default;
            default:
                return socket.ReceiveAsync(packet, attachments, isOwned);
        }
    }

    private void Connect(in SocketPacket packet, Socket? known)
    {
        string name = Encoding.UTF8.GetString(packet.Namespace.Span);
        lock (_gate)
        {
            // One that asks twice before it is answered is answered once.
            if (_connecting?.Contains(name) == true)
                return;
            if (known is not null)
            {
                name = "";
            }
            else if (_sockets.Length + (_connecting?.Count ?? 0) >= _server.Options.MaxNamespacesPerConnection)
            {
                Link.TrySend(_server.ConnectError(name, "Too many namespaces", null));
                return;
            }
            else
            {
                (_connecting ??= []).Add(name);
            }
        }

        if (name.Length == 0)
            Cut();
        else
            _ = _server.ConnectAsync(this, name, packet.Data.ToArray());
    }

    private Socket? Find(ReadOnlySpan<byte> nsp)
    {
        foreach (var socket in Volatile.Read(ref _sockets))
        {
            if (nsp.SequenceEqual(socket.Namespace.Utf8.Span))
                return socket;
        }

        return null;
    }

    /// <summary>Whether a packet is for a namespace that the server put the client out of, which it had not heard yet.</summary>
    private bool WasLeft(in SocketPacket packet)
    {
        if (packet.Type == SocketPacketType.ConnectError)
            return false;
        string name = Encoding.UTF8.GetString(packet.Namespace.Span);
        lock (_gate)
            return _left?.Contains(name) == true;
    }

    private void FailToParse(SocketPacketError error)
    {
        SocketLog.ParseError(_server.Log, error.Code);
        Link.Close(EngineCloseReason.ParseError, error.Message);
    }

    /// <summary>Ends a connection whose client does not keep to the protocol.</summary>
    private void Cut()
    {
        Link.Close(EngineCloseReason.ForcedClose, null);
        Close(DisconnectReason.ForcedServerClose, null);
    }

    private void OnConnectTimeout()
    {
        lock (_gate)
        {
            if (_isClosed || _sockets.Length > 0)
                return;
            if (_connecting is { Count: > 0 })
            {
                // It waits for the server.
                _timer?.Change(_server.Options.ConnectTimeout, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Link.Close();
    }
}
