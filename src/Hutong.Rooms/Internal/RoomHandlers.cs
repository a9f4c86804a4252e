namespace Hutong.Rooms.Internal;

/// <summary>The application's handlers. Each list is replaced when something is added, never changed.</summary>
internal sealed class RoomHandlers
{
    private readonly Lock _gate = new();
    private Func<SessionContext, Func<ValueTask>, ValueTask>[] _middleware = [];
    private Dictionary<string, Func<MessageContext, ValueTask>> _messages = new(StringComparer.Ordinal);

    public Func<ConnectContext, ValueTask>[] Connect { get; private set; } = [];

    public Func<DisconnectContext, ValueTask>[] Disconnect { get; private set; } = [];

    public (string Pattern, Func<JoinContext, ValueTask> Handler)[] Join { get; private set; } = [];

    public (string Pattern, Func<LeaveContext, ValueTask> Handler)[] Leave { get; private set; } = [];

    public bool HasMiddleware => Volatile.Read(ref _middleware).Length > 0;

    public Func<MessageContext, ValueTask>? FindMessage(string type) => Volatile.Read(ref _messages).GetValueOrDefault(type);

    public void AddConnect(Func<ConnectContext, ValueTask> handler) => Change(() => Connect = [.. Connect, handler]);

    public void AddDisconnect(Func<DisconnectContext, ValueTask> handler) => Change(() => Disconnect = [.. Disconnect, handler]);

    public void AddJoin(string pattern, Func<JoinContext, ValueTask> handler) => Change(() => Join = [.. Join, (pattern, handler)]);

    public void AddLeave(string pattern, Func<LeaveContext, ValueTask> handler) => Change(() => Leave = [.. Leave, (pattern, handler)]);

    public void AddMiddleware(Func<SessionContext, Func<ValueTask>, ValueTask> middleware) => Change(() => _middleware = [.. _middleware, middleware]);

    public void AddMessage(string type, Func<MessageContext, ValueTask> handler) => Change(() =>
    {
        var messages = new Dictionary<string, Func<MessageContext, ValueTask>>(_messages, StringComparer.Ordinal);
        if (!messages.TryAdd(type, handler))
            throw new ArgumentException($"There is a handler for '{type}' already.", nameof(type));
        Volatile.Write(ref _messages, messages);
    });

    /// <summary>Calls the handlers of a context, within the middleware.</summary>
    public ValueTask RunAsync(SessionContext context)
    {
        var middleware = Volatile.Read(ref _middleware);
        return RunAsync(context, middleware, 0);
    }

    private ValueTask RunAsync(SessionContext context, Func<SessionContext, Func<ValueTask>, ValueTask>[] middleware, int index)
    {
        if (index < middleware.Length)
            return middleware[index](context, () => RunAsync(context, middleware, index + 1));
        context.IsHandled = true;
        return context.InvokeAsync(this);
    }

    private void Change(Action change)
    {
        lock (_gate)
            change();
    }
}
