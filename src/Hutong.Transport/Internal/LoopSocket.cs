namespace Hutong.Transport.Internal;

/// <summary>Something with a descriptor that lives on a loop. Only the loop's thread watches and closes descriptors.</summary>
internal abstract class LoopSocket(EventLoop loop)
{
    // Guarded by the posting protocol of EventLoop: who makes it non-zero puts the socket on the list.
    internal int Posted;
    internal LoopSocket? NextPosted;

    public EventLoop Loop { get; } = loop;

    /// <summary>What the loop watches the descriptor for; null if it does not. Of the loop.</summary>
    public Readiness? WatchedFor { get; protected set; }

    /// <summary>The descriptor is ready. On the loop.</summary>
    public abstract void OnReady(Readiness readiness);

    /// <summary>Does what other threads asked for. On the loop.</summary>
    public abstract void OnPosted(Errands errands);

    /// <summary>The moment that <see cref="EventLoop.CallLater"/> speaks of is over. On the loop.</summary>
    public virtual void OnDue()
    {
    }

    /// <summary>A call to it threw, which is a defect: cut it. On the loop.</summary>
    public abstract void OnFault(Exception exception);

    /// <summary>The loop is about to end: end with it. On the loop.</summary>
    public abstract void OnLoopEnd();

    /// <summary>The loop has ended, and something was asked of it. On any thread.</summary>
    public abstract void OnOrphaned();
}
