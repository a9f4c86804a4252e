namespace Hutong.SocketIO;

/// <summary>Says what happens with Engine.IO sessions.</summary>
public sealed class EngineBuilder
{
    internal EngineBuilder()
    {
    }

    internal Func<EngineSocket, ValueTask>? Handler { get; private set; }

    /// <summary>Says what to do with a new session: set its callbacks, greet it. Its client hears of it when this has returned.</summary>
    /// <param name="handler">The handler. An exception ends the session.</param>
    /// <exception cref="InvalidOperationException">There is a handler already.</exception>
    public EngineBuilder OnConnection(Action<EngineSocket> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnConnection(socket =>
        {
            handler(socket);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>As <see cref="OnConnection(Action{EngineSocket})"/>; the session's client hears of it when the task has ended.</summary>
    /// <param name="handler">The handler.</param>
    /// <exception cref="InvalidOperationException">There is a handler already.</exception>
    public EngineBuilder OnConnection(Func<EngineSocket, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (Handler is not null)
            throw new InvalidOperationException("There is a handler for new sessions already.");
        Handler = handler;
        return this;
    }
}
