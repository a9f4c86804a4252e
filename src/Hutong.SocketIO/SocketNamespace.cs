using System.Collections.Concurrent;
using System.Text;
using Hutong.Rooms;
using Hutong.SocketIO.Internal;

namespace Hutong.SocketIO;

/// <summary>
/// A namespace: what a client connects to. Events that other nodes emit by <see cref="ServerSideEmitAsync"/> are raised here. Thread-safe.
/// </summary>
public sealed partial class SocketNamespace : EventEmitter
{
    private readonly ConcurrentDictionary<string, Socket> _sockets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Socket>? _byPid;
    private readonly ConnectionHandlers _handlers;
    private readonly Lock _gate = new();
    private long _lastAckId = -1;
    private int _entering;
    private bool _isDropped;

    internal SocketNamespace(SocketIOServer server, string name, ConnectionHandlers handlers, bool isChild)
    {
        Server = server;
        Name = name;
        IsChild = isChild;
        Utf8 = Encoding.UTF8.GetBytes(name);
        Names = new RoomNames(name);
        _handlers = handlers;
        IsTracked = server.Options.ConnectionStateRecovery is not null;
        if (IsTracked)
            _byPid = new(StringComparer.Ordinal);
        Dialect = new SocketDialect(Utf8, IsTracked);
        DisconnectPacket = EngineMessage.Text(name.Length == 1 ? "1" : $"1{name},");
    }

    /// <summary>Its name, which begins with <c>/</c>.</summary>
    public string Name { get; }

    /// <summary>The server that it belongs to.</summary>
    public SocketIOServer Server { get; }

    /// <summary>The sockets that are connected to it on this node, by their ids.</summary>
    public IReadOnlyDictionary<string, Socket> Sockets => _sockets;

    /// <summary>Everyone on this node.</summary>
    public BroadcastOperator Local => All.Local;

    /// <summary>Everyone to whom a message would go out at once.</summary>
    public BroadcastOperator Volatile => All.Volatile;

    internal ReadOnlyMemory<byte> Utf8 { get; }

    internal RoomNames Names { get; }

    internal SocketDialect Dialect { get; }

    /// <summary>Whether its sockets can be recovered.</summary>
    internal bool IsTracked { get; }

    /// <summary>Those whose predicate made it; null if none did.</summary>
    internal ParentNamespace? Parent { get; init; }

    /// <summary>Whether a predicate made it.</summary>
    internal bool IsChild { get; }

    internal EngineMessage DisconnectPacket { get; }

    internal RoomGraph Graph => Server.Graph;

    internal SocketJson Json => Server.Json;

    internal long Now => Server.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private BroadcastOperator All => new(this, [], [], null, default);

    /// <summary>Calls a handler for every socket that connects. Add listeners before anything is awaited: events may come as soon as that is done.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>The same namespace.</returns>
    public SocketNamespace OnConnection(Func<Socket, ValueTask> handler)
    {
        _handlers.AddConnection(handler);
        return this;
    }

    /// <inheritdoc cref="OnConnection(Func{Socket, ValueTask})"/>
    public SocketNamespace OnConnection(Action<Socket> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnConnection(socket =>
        {
            handler(socket);
            return default;
        });
    }

    /// <summary>
    /// Adds a middleware, which sees each socket before it connects. It lets the client in by returning, and refuses it by throwing a
    /// <see cref="ConnectErrorException"/>. Middlewares run one after the other.
    /// </summary>
    /// <param name="middleware">The middleware.</param>
    /// <returns>The same namespace.</returns>
    public SocketNamespace Use(Func<Socket, ValueTask> middleware)
    {
        _handlers.AddMiddleware(middleware);
        return this;
    }

    /// <inheritdoc cref="Use(Func{Socket, ValueTask})"/>
    public SocketNamespace Use(Action<Socket> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        return Use(socket =>
        {
            middleware(socket);
            return default;
        });
    }

    /// <summary>Everyone in some rooms, each once.</summary>
    /// <param name="rooms">The rooms' names; a socket's id names that socket.</param>
    public BroadcastOperator To(params string[] rooms) => All.To(rooms);

    /// <summary>As <see cref="To"/>.</summary>
    /// <param name="rooms">The rooms' names.</param>
    public BroadcastOperator In(params string[] rooms) => All.To(rooms);

    /// <summary>Everyone who is in none of some rooms.</summary>
    /// <param name="rooms">The rooms' names; a socket's id names that socket.</param>
    public BroadcastOperator Except(params string[] rooms) => All.Except(rooms);

    /// <summary>Everyone, with another wait for answers than <see cref="SocketIOOptions.AckTimeout"/>.</summary>
    /// <param name="timeout">How long at most.</param>
    public BroadcastOperator Timeout(TimeSpan timeout) => All.Timeout(timeout);

    /// <summary>Everyone, with or without compression where it was agreed on.</summary>
    /// <param name="compress">Whether to compress.</param>
    public BroadcastOperator Compress(bool compress) => All.Compress(compress);

    /// <inheritdoc cref="BroadcastOperator.EmitAsync(string, ReadOnlySpan{object?})"/>
    public ValueTask EmitAsync(string name, params ReadOnlySpan<object?> arguments) => All.EmitAsync(name, arguments);

    /// <inheritdoc cref="BroadcastOperator.EmitAsync{T}(string, T)"/>
    public ValueTask EmitAsync<T>(string name, T argument) => All.EmitAsync(name, [argument]);

    /// <inheritdoc cref="BroadcastOperator.EmitWithAckAsync{T}"/>
    public Task<BroadcastAcks<T>> EmitWithAckAsync<T>(string name, params ReadOnlySpan<object?> arguments) => All.EmitWithAckAsync<T>(name, arguments);

    /// <inheritdoc cref="BroadcastOperator.FetchSocketsAsync"/>
    public Task<IReadOnlyList<RemoteSocket>> FetchSocketsAsync() => All.FetchSocketsAsync();

    /// <inheritdoc cref="BroadcastOperator.SocketsJoinAsync"/>
    public Task SocketsJoinAsync(params string[] rooms) => All.SocketsJoinAsync(rooms);

    /// <inheritdoc cref="BroadcastOperator.SocketsLeaveAsync"/>
    public Task SocketsLeaveAsync(params string[] rooms) => All.SocketsLeaveAsync(rooms);

    /// <inheritdoc cref="BroadcastOperator.DisconnectSocketsAsync"/>
    public Task DisconnectSocketsAsync(bool close = false) => All.DisconnectSocketsAsync(close);

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal EventData Write(string name, ReadOnlySpan<object?> arguments)
    {
        EventNames.Check(name);
        return Json.Write(name, arguments);
    }

    internal long NextAckId() => Interlocked.Increment(ref _lastAckId);

    internal EngineMessage[] Pack(EventData data, long? id)
    {
        using var buffer = PacketBuffer.Rent();
        data.WriteEvent(buffer.Writer, Utf8.Span, id);
        System.Buffers.BuffersExtensions.Write(buffer.Writer, "]"u8);
        var text = EngineMessage.Text(buffer.Writer.WrittenMemory, data.Compress);
        return data.Attachments.Count == 0 ? [text] : [text, .. data.Attachments.Select(a => EngineMessage.Binary(a, data.Compress))];
    }

    internal Socket? FindByPid(string pid) => _byPid?.GetValueOrDefault(pid);

    /// <summary>A client is about to connect.</summary>
    /// <returns>False if the namespace was dropped meanwhile.</returns>
    internal bool TryEnter()
    {
        lock (_gate)
        {
            if (!_isDropped)
                _entering++;
            return !_isDropped;
        }
    }

    internal void Exit()
    {
        lock (_gate)
            _entering--;
        DropIfEmpty();
    }

    internal void Add(Socket socket)
    {
        _sockets[socket.Id] = socket;
        if (socket.Pid is { } pid)
            _byPid![pid] = socket;
    }

    internal void Remove(Socket socket)
    {
        _sockets.TryRemove(new(socket.Id, socket));
        if (socket.Pid is { } pid)
            _byPid!.TryRemove(new(pid, socket));
        DropIfEmpty();
    }

    /// <inheritdoc/>
    private protected override void OnFailed(SocketEvent e, Exception failure) => SocketLog.ListenerFailed(Server.Log, failure, Name, e.Name);

    private void DropIfEmpty()
    {
        if (!IsChild || !Server.Options.CleanupEmptyChildNamespaces)
            return;
        lock (_gate)
        {
            if (_isDropped || _entering > 0 || !_sockets.IsEmpty)
                return;
            _isDropped = true;
        }

        Server.Drop(this);
    }
}
