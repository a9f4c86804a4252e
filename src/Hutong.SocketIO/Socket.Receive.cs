using System.Text.Json;
using Hutong.SocketIO.Internal;
using Hutong.SocketIO.Protocol;

namespace Hutong.SocketIO;

/// <content>Events of the client. Handlers start in the order of the packets, and are not waited for; too many at once hold up what follows.</content>
public sealed partial class Socket
{
    private Func<SocketEvent, ValueTask>[] _middlewares = [];
    private Func<SocketEvent, ValueTask>[] _any = [];
    private Queue<SocketEvent>? _queue;
    private TaskCompletionSource? _roomInQueue;
    private TaskCompletionSource? _mayStart;
    private int _running;
    private bool _isPumping;
    private bool _isReady;

    /// <summary>Who wants to see what is sent to the client; null for nobody.</summary>
    internal OutgoingListeners? Outgoing { get; private set; }

    /// <summary>
    /// Adds a middleware, which sees each event before its handlers do. What it throws keeps the event from them, and is raised as <c>error</c>. Middlewares are
    /// waited for, one event after the other.
    /// </summary>
    /// <param name="middleware">The middleware: it lets the event through by returning.</param>
    /// <returns>The same socket.</returns>
    public Socket Use(Func<SocketEvent, ValueTask> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        lock (_gate)
            System.Threading.Volatile.Write(ref _middlewares, [.. _middlewares, middleware]);
        return this;
    }

    /// <summary>Calls a listener for every event, before the event's own.</summary>
    /// <param name="listener">The listener.</param>
    /// <returns>The same socket.</returns>
    public Socket OnAny(Func<SocketEvent, ValueTask> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        lock (_gate)
            System.Threading.Volatile.Write(ref _any, [.. _any, listener]);
        return this;
    }

    /// <summary>As <see cref="OnAny"/>, before those that are there already.</summary>
    /// <param name="listener">The listener.</param>
    /// <returns>The same socket.</returns>
    public Socket PrependAny(Func<SocketEvent, ValueTask> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        lock (_gate)
            System.Threading.Volatile.Write(ref _any, [listener, .. _any]);
        return this;
    }

    /// <summary>Takes out a listener for every event.</summary>
    /// <param name="listener">The listener; null: all of them.</param>
    /// <returns>The same socket.</returns>
    public Socket OffAny(Func<SocketEvent, ValueTask>? listener = null)
    {
        lock (_gate)
            System.Threading.Volatile.Write(ref _any, listener is null ? [] : [.. _any.Where(l => l != listener)]);
        return this;
    }

    /// <summary>
    /// Calls a listener for every event that is sent to the client, broadcasts included; acks are none. It is called on the pool after the event has been taken over, in
    /// order. A socket with such a listener is sent to one by one.
    /// </summary>
    /// <param name="listener">The listener.</param>
    /// <returns>The same socket.</returns>
    public Socket OnAnyOutgoing(Func<SocketEvent, ValueTask> listener) => ChangeOutgoing(l => l.Add(listener, first: false), listener);

    /// <summary>As <see cref="OnAnyOutgoing"/>, before those that are there already.</summary>
    /// <param name="listener">The listener.</param>
    /// <returns>The same socket.</returns>
    public Socket PrependAnyOutgoing(Func<SocketEvent, ValueTask> listener) => ChangeOutgoing(l => l.Add(listener, first: true), listener);

    /// <summary>Takes out a listener for what is sent.</summary>
    /// <param name="listener">The listener; null: all of them.</param>
    /// <returns>The same socket.</returns>
    public Socket OffAnyOutgoing(Func<SocketEvent, ValueTask>? listener = null)
    {
        lock (_gate)
        {
            if (Outgoing?.Remove(listener) == true)
                Outgoing = null;
        }

        Session?.DirectChanged();
        return this;
    }

    /// <summary>Takes an event of the client.</summary>
    /// <returns>Ends when the next one may be read.</returns>
    internal ValueTask ReceiveAsync(in SocketPacket packet, IReadOnlyList<ReadOnlyMemory<byte>> attachments, bool isOwned)
    {
        bool now;
        lock (_gate)
            now = _isReady && !_isPumping && _running < Namespace.Server.Options.MaxRunningHandlers && _middlewares.Length == 0;
        // What goes on after the message's memory has been given back needs its own.
        var data = isOwned || (now && _any.Length == 0) ? packet.Data : packet.Data.ToArray();
        var e = Read(data, attachments, packet.Id);
        if (now)
        {
            Dispatch(e);
            return default;
        }

        return Enqueue(e);
    }

    /// <summary>The handlers of its connection have been started: its events may be handled.</summary>
    internal void Ready()
    {
        lock (_gate)
            _isReady = true;
        LetStart();
    }

    /// <inheritdoc/>
    private protected override void OnFailed(SocketEvent e, Exception failure)
    {
        if (failure is JsonException)
            SocketLog.ArgumentsDoNotFit(Namespace.Server.Log, Id, e.Name, failure.Message);
        else
            SocketLog.ListenerFailed(Namespace.Server.Log, failure, Id, e.Name);
        // Not of what a listener for errors has thrown itself.
        if (e.Name != "error")
            Raise(new SocketEvent("error", failure));
    }

    private SocketEvent Read(ReadOnlyMemory<byte> data, IReadOnlyList<ReadOnlyMemory<byte>> attachments, long? id)
    {
        var reader = new SocketArgumentReader(data.Span);
        reader.TryRead(out int start, out int length);
        string name = Namespace.Server.NameOf(data.Span.Slice(start, length));
        return new SocketEvent(name, Namespace.Json, data, attachments, skip: 1, id is { } ack ? new SocketAck(this, ack) : null);
    }

    private ValueTask Enqueue(SocketEvent e)
    {
        bool start;
        Task? room = null;
        lock (_gate)
        {
            (_queue ??= new()).Enqueue(e);
            start = !_isPumping;
            _isPumping = true;
            if (_queue.Count >= Namespace.Server.Options.MaxRunningHandlers)
                room = (_roomInQueue ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        if (start)
            _ = PumpAsync();
        return room is null ? default : new ValueTask(room);
    }

    private async Task PumpAsync()
    {
        int limit = Namespace.Server.Options.MaxRunningHandlers;
        while (true)
        {
            Task? wait = null;
            SocketEvent? e = null;
            TaskCompletionSource? room = null;
            lock (_gate)
            {
                if (_state == State.Closed)
                    _queue!.Clear();
                if (_queue!.Count == 0)
                    _isPumping = false;
                else if (!_isReady || _running >= limit)
                    wait = (_mayStart ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                else
                    e = _queue.Dequeue();
                if (_queue.Count <= limit / 2)
                    (room, _roomInQueue) = (_roomInQueue, null);
            }

            room?.TrySetResult();
            if (wait is not null)
                await wait.ConfigureAwait(false);
            else if (e is null)
                return;
            else if (await PassAsync(e).ConfigureAwait(false))
                Dispatch(e);
        }
    }

    private async ValueTask<bool> PassAsync(SocketEvent e)
    {
        foreach (var middleware in System.Threading.Volatile.Read(ref _middlewares))
        {
            try
            {
                await middleware(e).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                Raise(new SocketEvent("error", failure));
                return false;
            }
        }

        return true;
    }

    private void Dispatch(SocketEvent e)
    {
        if (_state != State.Connected)
            return;
        List<Task>? running = null;
        foreach (var listener in System.Threading.Volatile.Read(ref _any))
            Start(listener, e, ref running);
        Raise(e, ref running);
        if (running is not null)
            _ = RunAsync(running);
    }

    /// <summary>Counts handlers as running until they have ended.</summary>
    private async Task RunAsync(List<Task> tasks)
    {
        Interlocked.Add(ref _running, tasks.Count);
        foreach (var task in tasks)
        {
            try
            {
                await task.ConfigureAwait(false);
            }
            catch (Exception e)
            {
                SocketLog.Defect(Namespace.Server.Log, e);
            }

            Interlocked.Decrement(ref _running);
            LetStart();
        }
    }

    private void LetStart()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
            (waiting, _mayStart) = (_mayStart, null);
        waiting?.TrySetResult();
    }

    private Socket ChangeOutgoing(Action<OutgoingListeners> change, Func<SocketEvent, ValueTask> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        lock (_gate)
            change(Outgoing ??= new OutgoingListeners(this));
        Session?.DirectChanged();
        return this;
    }
}
