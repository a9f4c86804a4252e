namespace Hutong.SocketIO;

/// <summary>What pages of other origins that may connect are told in the way of CORS.</summary>
public sealed record EngineCorsOptions
{
    /// <summary>Whether a page may send cookies and the like along. Default false. Not together with the origin <c>*</c>.</summary>
    public bool Credentials { get; init; }

    /// <summary>Request headers that a page may set, besides those it always may; empty, the default: whichever it asks for.</summary>
    public IReadOnlyList<string> AllowedHeaders { get; init; } = [];

    /// <summary>Response headers that a page may read, besides those it always may. None by default.</summary>
    public IReadOnlyList<string> ExposedHeaders { get; init; } = [];

    /// <summary>How long a browser may remember the answer to a preflight. Default 10 minutes.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(10);

    internal void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(MaxAge, TimeSpan.Zero, "Cors.MaxAge");
}
