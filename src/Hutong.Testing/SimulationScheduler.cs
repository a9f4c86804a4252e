using System.IO.Pipelines;

namespace Hutong.Testing;

/// <summary>
/// Runs asynchronous code on one thread and picks, at each step, one of the pending continuations at random by a seed:
/// many seeds explore many interleavings, and one seed always repeats the same one.
/// </summary>
/// <remarks>
/// <para>A run repeats only while everything stays on its thread. Captured contexts (a plain <c>await</c>), pipes made
/// with <see cref="PipeScheduler"/> and timers of <see cref="Time"/> do. These go to the thread pool, where no scheduler
/// can reach them: <c>Task.Run</c>, <c>CancelAsync</c>; and behind a <c>ConfigureAwait(false)</c> also <c>Task.Yield</c>, <c>SemaphoreSlim</c>,
/// channels without <c>AllowSynchronousContinuations</c>, and task sources with <c>RunContinuationsAsynchronously</c>;
/// and asynchronous assertions that wrap the code under test in a continuation, such as Shouldly's <c>ThrowAsync</c>.
/// A run then sees a deadlock that is none, or <see cref="ForeignPosts"/> counts.</para>
/// <para>The runtime also sends a <c>ConfigureAwait(false)</c> continuation to the pool when its task is completed by
/// code that has a synchronization context. Therefore continuations of pipes and timers run without one, and only
/// posted items and the function given to <see cref="Run(Func{Task}, int)"/> have it; set <see cref="InstallsContext"/>
/// to false when that function itself completes tasks which library code awaits.</para>
/// </remarks>
public sealed class SimulationScheduler : SynchronizationContext
{
    readonly Lock _gate = new();
    readonly List<SimulationItem> _pending = [];
    readonly Random _choice;
    int _thread;
    long _foreign;

    /// <summary>Creates a scheduler with nothing to run.</summary>
    /// <param name="seed">Decides every choice.</param>
    /// <param name="time">
    /// The virtual clock that a run moves to the next timer when nothing else is left to run; null for none.
    /// </param>
    public SimulationScheduler(int seed, ManualTimeProvider? time = null)
    {
        Seed = seed;
        Time = time;
        Random = new Random(seed);
        // A stream of its own, so that a test which draws one number more still sees the same schedule.
        _choice = new Random(~seed);
        PipeScheduler = new SimulationPipeScheduler(this);
    }

    /// <summary>The seed.</summary>
    public int Seed { get; }

    /// <summary>The virtual clock of the run, if any.</summary>
    public ManualTimeProvider? Time { get; }

    /// <summary>Random numbers by the seed, for the test's own choices. Use it on the running thread only.</summary>
    public Random Random { get; }

    /// <summary>Posts the continuations of pipes to this scheduler.</summary>
    public PipeScheduler PipeScheduler { get; }

    /// <summary>
    /// Whether code sees this scheduler as its <see cref="SynchronizationContext.Current"/>; true by default. When
    /// false, only pipes and timers (and explicit posts) are scheduled here, and other continuations run inline.
    /// </summary>
    public bool InstallsContext { get; init; } = true;

    /// <summary>How many items have run.</summary>
    public long Steps { get; private set; }

    /// <summary>How many items were posted by another thread during a run. Above zero, the run need not repeat.</summary>
    public long ForeignPosts => Interlocked.Read(ref _foreign);

    /// <summary>How many items wait to be run.</summary>
    public int PendingItems
    {
        get
        {
            lock (_gate) return _pending.Count;
        }
    }

    /// <summary>Adds an item to run. Items have no order among themselves.</summary>
    /// <param name="d">What to call; what it throws leaves the method that runs it.</param>
    /// <param name="state">Passed to the call.</param>
    public override void Post(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        Enqueue(new SimulationItem(d, state, InContext: true));
    }

    /// <summary>Calls at once, on this thread.</summary>
    /// <param name="d">What to call.</param>
    /// <param name="state">Passed to the call.</param>
    public override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        d(state);
    }

    /// <summary>Returns this scheduler: a copy would have a queue that nobody runs.</summary>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs one pending item, chosen by the seed, and lets through what it throws.</summary>
    /// <returns>False when there was none.</returns>
    public bool Step()
    {
        SimulationItem item;
        lock (_gate)
        {
            if (_pending.Count == 0) return false;
            var index = _choice.Next(_pending.Count);
            item = _pending[index];
            _pending[index] = _pending[^1];
            _pending.RemoveAt(_pending.Count - 1);
        }
        Steps++;
        using (Enter(item.InContext)) item.Call(item.State);
        return true;
    }

    /// <summary>Runs items until none is left. It does not move <see cref="Time"/>. What an item throws ends it.</summary>
    /// <param name="maxSteps">How many items it may run.</param>
    /// <exception cref="SimulationException">Items are left after <paramref name="maxSteps"/>.</exception>
    /// <exception cref="InvalidOperationException">Another thread is running this scheduler.</exception>
    public void RunUntilIdle(int maxSteps = 1_000_000)
    {
        using var run = Enter(inContext: false);
        for (var steps = 0; steps < maxSteps; steps++)
        {
            if (!Step()) return;
        }
        if (PendingItems > 0) throw StepLimit(maxSteps);
    }

    /// <summary>
    /// Starts a function and runs items until its task ends, moving <see cref="Time"/> to the next timer whenever nothing
    /// else is left. What the function or any item throws leaves this call. Items that are still pending when the task
    /// ends stay so.
    /// </summary>
    /// <param name="function">The code to run.</param>
    /// <param name="maxSteps">How many items it may run, and how often it may move the clock.</param>
    /// <exception cref="SimulationException">
    /// Nothing is left to run and the task has not ended (a deadlock), or <paramref name="maxSteps"/> was exceeded.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread is running this scheduler.</exception>
    public void Run(Func<Task> function, int maxSteps = 1_000_000)
    {
        ArgumentNullException.ThrowIfNull(function);
        using var run = Enter(inContext: false);
        Task task;
        using (Enter(inContext: true)) task = function();
        for (var steps = 0; !task.IsCompleted; steps++)
        {
            if (steps >= maxSteps) throw StepLimit(maxSteps);
            if (!Step() && !AdvanceTime() && !task.IsCompleted) throw Deadlock();
        }
        task.GetAwaiter().GetResult();
    }

    /// <summary>As <see cref="Run(Func{Task}, int)"/>, for a function with a result.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="function">The code to run.</param>
    /// <param name="maxSteps">How many items it may run, and how often it may move the clock.</param>
    /// <returns>What the function returned.</returns>
    /// <exception cref="SimulationException">A deadlock, or <paramref name="maxSteps"/> was exceeded.</exception>
    /// <exception cref="InvalidOperationException">Another thread is running this scheduler.</exception>
    public T Run<T>(Func<Task<T>> function, int maxSteps = 1_000_000)
    {
        ArgumentNullException.ThrowIfNull(function);
        Task<T>? task = null;
        Run(() => (Task)(task = function()), maxSteps);
        return task!.GetAwaiter().GetResult();
    }

    internal void Enqueue(SimulationItem item)
    {
        var thread = Volatile.Read(ref _thread);
        if (thread != 0 && thread != Environment.CurrentManagedThreadId) Interlocked.Increment(ref _foreign);
        lock (_gate) _pending.Add(item);
    }

    bool AdvanceTime()
    {
        if (Time?.NextDue is not { } due) return false;
        using (Enter(inContext: false)) Time.Advance(due);
        return true;
    }

    Occupation Enter(bool inContext)
    {
        var thread = Environment.CurrentManagedThreadId;
        var before = Interlocked.CompareExchange(ref _thread, thread, 0);
        if (before != 0 && before != thread) throw new InvalidOperationException("Another thread is running this scheduler.");
        var occupation = new Occupation(this, Current, before);
        SetSynchronizationContext(inContext && InstallsContext ? this : null);
        return occupation;
    }

    SimulationException StepLimit(int maxSteps) =>
        new($"step limit: not done after {maxSteps} steps ({Steps} in all), seed {Seed}", Seed, Steps);

    SimulationException Deadlock() =>
        new($"deadlock: {Steps} steps, seed {Seed}: nothing is left to run{(Time is null ? "" : ", no timer is armed")} and the "
            + $"task has not completed (foreign posts: {ForeignPosts}; work that went to the thread pool is not seen here)", Seed, Steps);

    /// <summary>Restores what was before a call into user code.</summary>
    readonly struct Occupation(SimulationScheduler scheduler, SynchronizationContext? context, int thread) : IDisposable
    {
        public void Dispose()
        {
            SetSynchronizationContext(context);
            Volatile.Write(ref scheduler._thread, thread);
        }
    }
}
