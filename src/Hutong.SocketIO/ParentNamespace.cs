using System.Text.Json;
using Hutong.SocketIO.Internal;

namespace Hutong.SocketIO;

/// <summary>The namespaces that a predicate makes: what is added here holds for those that are made from then on.</summary>
public sealed class ParentNamespace
{
    private readonly SocketIOServer _server;

    internal ParentNamespace(SocketIOServer server, Func<string, JsonElement, ValueTask<bool>> predicate)
    {
        _server = server;
        Predicate = predicate;
    }

    /// <summary>The namespaces that there are now.</summary>
    public IReadOnlyCollection<SocketNamespace> Children => [.. _server.ChildrenOf(this)];

    internal Func<string, JsonElement, ValueTask<bool>> Predicate { get; }

    internal ConnectionHandlers Handlers { get; } = new();

    /// <inheritdoc cref="SocketNamespace.OnConnection(Func{Socket, ValueTask})"/>
    public ParentNamespace OnConnection(Func<Socket, ValueTask> handler)
    {
        Handlers.AddConnection(handler);
        return this;
    }

    /// <inheritdoc cref="SocketNamespace.OnConnection(Func{Socket, ValueTask})"/>
    public ParentNamespace OnConnection(Action<Socket> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnConnection(socket =>
        {
            handler(socket);
            return default;
        });
    }

    /// <inheritdoc cref="SocketNamespace.Use(Func{Socket, ValueTask})"/>
    public ParentNamespace Use(Func<Socket, ValueTask> middleware)
    {
        Handlers.AddMiddleware(middleware);
        return this;
    }

    /// <inheritdoc cref="SocketNamespace.Use(Func{Socket, ValueTask})"/>
    public ParentNamespace Use(Action<Socket> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        return Use(socket =>
        {
            middleware(socket);
            return default;
        });
    }

    /// <summary>Emits an event to everyone in all of them.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="arguments">Its arguments.</param>
    public ValueTask EmitAsync(string name, params ReadOnlySpan<object?> arguments)
    {
        List<Task>? waiting = null;
        foreach (var child in Children)
        {
            var emitting = child.EmitAsync(name, arguments);
            if (!emitting.IsCompletedSuccessfully)
                (waiting ??= []).Add(emitting.AsTask());
        }

        return waiting is null ? default : new ValueTask(Task.WhenAll(waiting));
    }
}
