namespace Hutong.SocketIO;

/// <content>The main namespace's members, where Socket.IO has them too.</content>
public sealed partial class SocketIOServer
{
    /// <summary>Everyone on this node.</summary>
    public BroadcastOperator Local => Main.Local;

    /// <summary>Everyone to whom a message would go out at once.</summary>
    public BroadcastOperator Volatile => Main.Volatile;

    /// <inheritdoc cref="SocketNamespace.OnConnection(Func{Socket, ValueTask})"/>
    public SocketIOServer OnConnection(Func<Socket, ValueTask> handler)
    {
        Main.OnConnection(handler);
        return this;
    }

    /// <inheritdoc cref="SocketNamespace.OnConnection(Func{Socket, ValueTask})"/>
    public SocketIOServer OnConnection(Action<Socket> handler)
    {
        Main.OnConnection(handler);
        return this;
    }

    /// <inheritdoc cref="SocketNamespace.Use(Func{Socket, ValueTask})"/>
    public SocketIOServer Use(Func<Socket, ValueTask> middleware)
    {
        Main.Use(middleware);
        return this;
    }

    /// <inheritdoc cref="SocketNamespace.Use(Func{Socket, ValueTask})"/>
    public SocketIOServer Use(Action<Socket> middleware)
    {
        Main.Use(middleware);
        return this;
    }

    /// <inheritdoc cref="SocketNamespace.To"/>
    public BroadcastOperator To(params string[] rooms) => Main.To(rooms);

    /// <inheritdoc cref="SocketNamespace.In"/>
    public BroadcastOperator In(params string[] rooms) => Main.To(rooms);

    /// <inheritdoc cref="SocketNamespace.Except"/>
    public BroadcastOperator Except(params string[] rooms) => Main.Except(rooms);

    /// <inheritdoc cref="SocketNamespace.Timeout"/>
    public BroadcastOperator Timeout(TimeSpan timeout) => Main.Timeout(timeout);

    /// <inheritdoc cref="SocketNamespace.Compress"/>
    public BroadcastOperator Compress(bool compress) => Main.Compress(compress);

    /// <inheritdoc cref="BroadcastOperator.EmitAsync(string, ReadOnlySpan{object?})"/>
    public ValueTask EmitAsync(string name, params ReadOnlySpan<object?> arguments) => Main.EmitAsync(name, arguments);

    /// <inheritdoc cref="BroadcastOperator.EmitAsync{T}(string, T)"/>
    public ValueTask EmitAsync<T>(string name, T argument) => Main.EmitAsync(name, [argument]);

    /// <inheritdoc cref="BroadcastOperator.SendAsync"/>
    public ValueTask SendAsync(params ReadOnlySpan<object?> arguments) => Main.EmitAsync("message", arguments);

    /// <inheritdoc cref="BroadcastOperator.EmitWithAckAsync{T}"/>
    public Task<BroadcastAcks<T>> EmitWithAckAsync<T>(string name, params ReadOnlySpan<object?> arguments) => Main.EmitWithAckAsync<T>(name, arguments);

    /// <inheritdoc cref="BroadcastOperator.FetchSocketsAsync"/>
    public Task<IReadOnlyList<RemoteSocket>> FetchSocketsAsync() => Main.FetchSocketsAsync();

    /// <inheritdoc cref="BroadcastOperator.SocketsJoinAsync"/>
    public Task SocketsJoinAsync(params string[] rooms) => Main.SocketsJoinAsync(rooms);

    /// <inheritdoc cref="BroadcastOperator.SocketsLeaveAsync"/>
    public Task SocketsLeaveAsync(params string[] rooms) => Main.SocketsLeaveAsync(rooms);

    /// <inheritdoc cref="BroadcastOperator.DisconnectSocketsAsync"/>
    public Task DisconnectSocketsAsync(bool close = false) => Main.DisconnectSocketsAsync(close);

    /// <inheritdoc cref="SocketNamespace.ServerSideEmitAsync"/>
    public ValueTask ServerSideEmitAsync(string name, params ReadOnlySpan<object?> arguments) => Main.ServerSideEmitAsync(name, arguments);

    /// <inheritdoc cref="SocketNamespace.ServerSideEmitWithAckAsync{T}"/>
    public Task<IReadOnlyList<T?>> ServerSideEmitWithAckAsync<T>(string name, params ReadOnlySpan<object?> arguments) =>
        Main.ServerSideEmitWithAckAsync<T>(name, arguments);
}
