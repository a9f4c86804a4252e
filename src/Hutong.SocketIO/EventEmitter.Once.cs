namespace Hutong.SocketIO;

/// <content>Listeners that are called the next time, and not again, by the types of their parameters.</content>
public abstract partial class EventEmitter
{
    /// <summary>Calls a handler for the next event of a name alone; otherwise as <see cref="On(string, Action)"/>.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>The same object.</returns>
    public EventEmitter Once(string name, Action handler) => Add(name, handler, true, handler is null ? null : e =>
    {
        handler();
        return default;
    });

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once(string name, Func<Task> handler) =>
        Add(name, handler, true, handler is null ? null : e => new ValueTask(handler()));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<TResult>(string name, Func<TResult> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerAsync(e, handler()));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<TResult>(string name, Func<Task<TResult>> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerLaterAsync(e, handler()));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1>(string name, Action<T1> handler) => Add(name, handler, true, handler is null ? null : e =>
    {
        handler(e.Get<T1>(0)!);
        return default;
    });

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1>(string name, Func<T1, Task> handler) =>
        Add(name, handler, true, handler is null ? null : e => new ValueTask(handler(e.Get<T1>(0)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, TResult>(string name, Func<T1, TResult> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerAsync(e, handler(e.Get<T1>(0)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, TResult>(string name, Func<T1, Task<TResult>> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerLaterAsync(e, handler(e.Get<T1>(0)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2>(string name, Action<T1, T2> handler) => Add(name, handler, true, handler is null ? null : e =>
    {
        handler(e.Get<T1>(0)!, e.Get<T2>(1)!);
        return default;
    });

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2>(string name, Func<T1, T2, Task> handler) =>
        Add(name, handler, true, handler is null ? null : e => new ValueTask(handler(e.Get<T1>(0)!, e.Get<T2>(1)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, TResult>(string name, Func<T1, T2, TResult> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, TResult>(string name, Func<T1, T2, Task<TResult>> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerLaterAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3>(string name, Action<T1, T2, T3> handler) => Add(name, handler, true, handler is null ? null : e =>
    {
        handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!);
        return default;
    });

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3>(string name, Func<T1, T2, T3, Task> handler) =>
        Add(name, handler, true, handler is null ? null : e => new ValueTask(handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, TResult>(string name, Func<T1, T2, T3, TResult> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, TResult>(string name, Func<T1, T2, T3, Task<TResult>> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerLaterAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4>(string name, Action<T1, T2, T3, T4> handler) => Add(name, handler, true, handler is null ? null : e =>
    {
        handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!);
        return default;
    });

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4>(string name, Func<T1, T2, T3, T4, Task> handler) =>
        Add(name, handler, true, handler is null ? null : e => new ValueTask(handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, TResult>(string name, Func<T1, T2, T3, T4, TResult> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, TResult>(string name, Func<T1, T2, T3, T4, Task<TResult>> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerLaterAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5>(string name, Action<T1, T2, T3, T4, T5> handler) => Add(name, handler, true, handler is null ? null : e =>
    {
        handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!);
        return default;
    });

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5>(string name, Func<T1, T2, T3, T4, T5, Task> handler) =>
        Add(name, handler, true, handler is null ? null : e => new ValueTask(handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, TResult>(string name, Func<T1, T2, T3, T4, T5, TResult> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, TResult>(string name, Func<T1, T2, T3, T4, T5, Task<TResult>> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerLaterAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6>(string name, Action<T1, T2, T3, T4, T5, T6> handler) => Add(name, handler, true, handler is null ? null : e =>
    {
        handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!);
        return default;
    });

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6>(string name, Func<T1, T2, T3, T4, T5, T6, Task> handler) =>
        Add(name, handler, true, handler is null ? null : e => new ValueTask(handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6, TResult>(string name, Func<T1, T2, T3, T4, T5, T6, TResult> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6, TResult>(string name, Func<T1, T2, T3, T4, T5, T6, Task<TResult>> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerLaterAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6, T7>(string name, Action<T1, T2, T3, T4, T5, T6, T7> handler) => Add(name, handler, true, handler is null ? null : e =>
    {
        handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!, e.Get<T7>(6)!);
        return default;
    });

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6, T7>(string name, Func<T1, T2, T3, T4, T5, T6, T7, Task> handler) =>
        Add(name, handler, true, handler is null ? null : e => new ValueTask(handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!, e.Get<T7>(6)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6, T7, TResult>(string name, Func<T1, T2, T3, T4, T5, T6, T7, TResult> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!, e.Get<T7>(6)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6, T7, TResult>(string name, Func<T1, T2, T3, T4, T5, T6, T7, Task<TResult>> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerLaterAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!, e.Get<T7>(6)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6, T7, T8>(string name, Action<T1, T2, T3, T4, T5, T6, T7, T8> handler) => Add(name, handler, true, handler is null ? null : e =>
    {
        handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!, e.Get<T7>(6)!, e.Get<T8>(7)!);
        return default;
    });

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6, T7, T8>(string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, Task> handler) =>
        Add(name, handler, true, handler is null ? null : e => new ValueTask(handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!, e.Get<T7>(6)!, e.Get<T8>(7)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6, T7, T8, TResult>(string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, TResult> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!, e.Get<T7>(6)!, e.Get<T8>(7)!)));

    /// <inheritdoc cref="Once(string, Action)"/>
    public EventEmitter Once<T1, T2, T3, T4, T5, T6, T7, T8, TResult>(string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, Task<TResult>> handler) =>
        Add(name, handler, true, handler is null ? null : e => AnswerLaterAsync(e, handler(e.Get<T1>(0)!, e.Get<T2>(1)!, e.Get<T3>(2)!, e.Get<T4>(3)!, e.Get<T5>(4)!, e.Get<T6>(5)!, e.Get<T7>(6)!, e.Get<T8>(7)!)));
}
