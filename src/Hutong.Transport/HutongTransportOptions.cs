namespace Hutong.Transport;

/// <summary>How Hutong's event loops behave.</summary>
public sealed class HutongTransportOptions
{
    /// <summary>
    /// How WebSockets are carried. Default <see cref="TransportMode.Loops"/>. The environment variable <c>HUTONG_TRANSPORT</c> (<c>loops</c>,
    /// <c>pending</c>, <c>pipe</c>, <c>kestrel</c>) overrides it; where there are no event loops, which need Linux, it is
    /// <see cref="TransportMode.Kestrel"/>.
    /// </summary>
    public TransportMode Mode { get; set; }

    /// <summary>How many loops there are, each with a thread of its own; at most 1,024. Null, the default, for as many as there are processors.</summary>
    public int? Loops { get; set; }

    /// <summary>How many connections may wait in the kernel to be accepted. Default 4,096; the kernel may have a lower limit of its own.</summary>
    public int Backlog { get; set; } = 4096;

    /// <summary>
    /// How long the message callbacks of one connection may hold up its loop in one turn. Default 20 ms, at least 1 ms. An endpoint
    /// that exceeds it <see cref="CallbackOverruns"/> times, and on one connection more often than once in a hundred turns, is moved to the thread
    /// pool, with a warning in the log.
    /// </summary>
    public TimeSpan CallbackLimit { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>At which overrun of <see cref="CallbackLimit"/> an endpoint is moved. Default 16.</summary>
    public int CallbackOverruns { get; set; } = 16;

    internal void CopyTo(HutongTransportOptions other)
    {
        other.Mode = Mode;
        other.Loops = Loops;
        other.Backlog = Backlog;
        other.CallbackLimit = CallbackLimit;
        other.CallbackOverruns = CallbackOverruns;
    }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Mode))
            throw new ArgumentOutOfRangeException(nameof(Mode), Mode, "There is no such mode.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Loops ?? 1, 1, nameof(Loops));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Loops ?? 1, 1024, nameof(Loops));
        ArgumentOutOfRangeException.ThrowIfLessThan(Backlog, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CallbackLimit, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(CallbackOverruns, 1);
    }
}
