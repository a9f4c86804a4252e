namespace Hutong.Transport.Internal;

/// <summary>
/// What one loop asks of the operating system. The real one is a thin layer over libc; tests have one in memory whose order of events a seed decides.
/// Sockets never block. Results below zero are negated errno values.
/// </summary>
internal abstract class SocketSystem : IDisposable
{
    /// <summary>How many events one wait reports at most.</summary>
    public const int MaxEvents = 512;

    /// <summary>Waits for events.</summary>
    /// <param name="events">Where they go.</param>
    /// <param name="timeoutMilliseconds">How long to wait; −1 for as long as it takes.</param>
    /// <returns>How many there are.</returns>
    public abstract int Wait(Span<ReadyEvent> events, int timeoutMilliseconds);

    /// <summary>Ends a wait that is under way, or the next one. From any thread.</summary>
    public abstract void Wake();

    /// <summary>Begins to watch a descriptor, or changes what it is watched for.</summary>
    public abstract void Watch(int descriptor, Readiness interest, bool isNew);

    /// <summary>Stops watching a descriptor.</summary>
    public abstract void Unwatch(int descriptor);

    /// <returns>How many bytes came; 0 at the end.</returns>
    public abstract int Receive(int descriptor, Span<byte> buffer);

    /// <returns>How many bytes were taken, perhaps not all.</returns>
    public abstract int Send(int descriptor, ReadOnlySpan<byte> bytes);

    /// <summary>Sends two pieces as if they were one.</summary>
    /// <returns>How many bytes were taken, perhaps not all.</returns>
    public abstract int Send(int descriptor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second);

    /// <summary>Ends the sending side.</summary>
    public abstract void ShutdownSend(int descriptor);

    /// <summary>Ends both sides: what was sent still leaves, and nothing more is received.</summary>
    public abstract void ShutdownBoth(int descriptor);

    /// <summary>Takes and clears what went wrong with a socket.</summary>
    /// <returns>0, or a negated errno value.</returns>
    public abstract int TakeError(int descriptor);

    public abstract void Close(int descriptor);

    public abstract void Dispose();
}
