namespace Hutong.SocketIO.Internal;

/// <summary>What a namespace does with those who come. Each list is replaced when something is added, never changed.</summary>
internal sealed class ConnectionHandlers
{
    private readonly Lock _gate = new();

    public ConnectionHandlers()
    {
    }

    public ConnectionHandlers(ConnectionHandlers parent) => (Middlewares, Connections) = (parent.Middlewares, parent.Connections);

    public Func<Socket, ValueTask>[] Middlewares { get; private set; } = [];

    public Func<Socket, ValueTask>[] Connections { get; private set; } = [];

    public void AddMiddleware(Func<Socket, ValueTask> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        lock (_gate)
            Middlewares = [.. Middlewares, middleware];
    }

    public void AddConnection(Func<Socket, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        lock (_gate)
            Connections = [.. Connections, handler];
    }
}
