using System.Collections.Concurrent;

namespace Hutong.Client.Internal;

/// <summary>
/// Runs things one at a time without a lock: what is given while something runs waits in a queue, and what runs may run more within itself. So
/// everything that a client decides, and every listener, is as if there were one thread.
/// </summary>
/// <param name="context">Where everything runs; null: where it is given, else on the pool.</param>
/// <param name="failed">Who is told what was thrown.</param>
internal sealed class Mailbox(SynchronizationContext? context, Action<Exception> failed)
{
    private readonly ConcurrentQueue<Action> _items = new();
    private int _pending;
    private int _owner;

    /// <summary>Whether the caller is what runs.</summary>
    public bool IsMine => Volatile.Read(ref _owner) == Environment.CurrentManagedThreadId;

    /// <summary>Runs it here and now if nothing else runs, or within what runs here; else later.</summary>
    public void Run(Action item)
    {
        if (IsMine)
        {
            Guarded(item);
        }
        else if ((context is null || SynchronizationContext.Current == context) && Interlocked.CompareExchange(ref _pending, 1, 0) == 0)
        {
            RunOne(item);
            // What was given meanwhile is not this caller's to run.
            if (Interlocked.Decrement(ref _pending) > 0)
                Schedule();
        }
        else
        {
            Post(item);
        }
    }

    /// <summary>As <see cref="Run"/>; ends when it has run.</summary>
    public ValueTask RunAsync(Action item)
    {
        if (IsMine)
        {
            Guarded(item);
            return default;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Run(() =>
        {
            Guarded(item);
            done.SetResult();
        });
        return new ValueTask(done.Task);
    }

    /// <summary>Runs it later, never within the caller.</summary>
    public void Post(Action item)
    {
        _items.Enqueue(item);
        if (Interlocked.Increment(ref _pending) == 1)
            Schedule();
    }

    /// <summary>Tells that a function of the caller's threw.</summary>
    public void Fail(Exception cause) => Run(() => failed(cause));

    private void Schedule()
    {
        if (context is null)
            ThreadPool.UnsafeQueueUserWorkItem(static mailbox => mailbox.Drain(), this, preferLocal: false);
        else
            context.Post(static mailbox => ((Mailbox)mailbox!).Drain(), this);
    }

    private void Drain()
    {
        do
        {
            // Counted only after it was put in: there is one.
            if (_items.TryDequeue(out var item))
                RunOne(item);
        }
        while (Interlocked.Decrement(ref _pending) > 0);
    }

    private void RunOne(Action item)
    {
        Volatile.Write(ref _owner, Environment.CurrentManagedThreadId);
        Guarded(item);
        Volatile.Write(ref _owner, 0);
    }

    private void Guarded(Action item)
    {
        try
        {
            item();
        }
        catch (Exception e)
        {
            failed(e);
        }
    }
}
