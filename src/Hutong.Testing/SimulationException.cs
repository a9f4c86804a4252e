namespace Hutong.Testing;

/// <summary>A simulated run could not end: it is deadlocked, or it exceeded its limit of steps.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>Creates an exception without details.</summary>
    public SimulationException()
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    /// <param name="message">What happened.</param>
    public SimulationException(string message) : base(message)
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">Why.</param>
    public SimulationException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates an exception for a run.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="seed">The seed that repeats it.</param>
    /// <param name="steps">How many items had run.</param>
    public SimulationException(string message, int seed, long steps) : base(message)
    {
        Seed = seed;
        Steps = steps;
    }

    /// <summary>The seed of the run: a scheduler made with it repeats what happened.</summary>
    public int Seed { get; }

    /// <summary>How many items had run.</summary>
    public long Steps { get; }
}
