using Hutong.SocketIO.Internal;

namespace Hutong.SocketIO;

/// <summary>Emits to one client in a way of its own: made by <see cref="Socket.Volatile"/>, <see cref="Socket.Timeout"/> and <see cref="Socket.Compress"/>.</summary>
public readonly struct SocketOperator
{
    private readonly Socket _socket;
    private readonly EmitFlags _flags;

    internal SocketOperator(Socket socket, EmitFlags flags) => (_socket, _flags) = (socket, flags);

    /// <summary>If a message would leave at once; else it is dropped.</summary>
    public SocketOperator Volatile => new(_socket, _flags with { Volatile = true });

    /// <summary>Everyone else in the namespace.</summary>
    public BroadcastOperator Broadcast => new(_socket.Namespace, [], [], _socket.Id, _flags);

    /// <summary>Everyone else in a room.</summary>
    /// <param name="rooms">The rooms' names.</param>
    public BroadcastOperator To(params string[] rooms) => Broadcast.To(rooms);

    /// <summary>With another wait for an answer.</summary>
    /// <param name="timeout">How long at most.</param>
    public SocketOperator Timeout(TimeSpan timeout) => new(_socket, _flags with { Timeout = timeout });

    /// <summary>With or without compression.</summary>
    /// <param name="compress">Whether to compress.</param>
    public SocketOperator Compress(bool compress) => new(_socket, _flags with { Uncompressed = !compress });

    /// <inheritdoc cref="Socket.EmitAsync(string, ReadOnlySpan{object?})"/>
    public ValueTask EmitAsync(string name, params ReadOnlySpan<object?> arguments) => _socket.EmitAsync(_socket.Namespace.Write(name, arguments), _flags);

    /// <inheritdoc cref="Socket.EmitAsync{T}(string, T)"/>
    public ValueTask EmitAsync<T>(string name, T argument) => EmitAsync(name, [argument]);

    /// <inheritdoc cref="Socket.EmitWithAckAsync{T}"/>
    public Task<T?> EmitWithAckAsync<T>(string name, params ReadOnlySpan<object?> arguments) =>
        _socket.AskAsync<T>(_socket.Namespace.Write(name, arguments), _flags);
}
