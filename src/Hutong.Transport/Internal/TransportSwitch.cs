namespace Hutong.Transport.Internal;

/// <summary>Which mode holds: the environment's word before the program's, and Kestrel's own sockets where there are no event loops.</summary>
internal static class TransportSwitch
{
    public const string Variable = "HUTONG_TRANSPORT";

    /// <summary>Tells the mode.</summary>
    /// <param name="wanted">What the program wants.</param>
    /// <exception cref="InvalidOperationException">The environment variable has no such value.</exception>
    public static TransportMode Resolve(TransportMode wanted) =>
        !OperatingSystem.IsLinux() ? TransportMode.Kestrel : Environment.GetEnvironmentVariable(Variable) switch
        {
            null or "" => wanted,
            "loops" => TransportMode.Loops,
            "pending" => TransportMode.Pending,
            "pipe" => TransportMode.Pipe,
            "kestrel" => TransportMode.Kestrel,
            var other => throw new InvalidOperationException($"{Variable} is '{other}'; it can be loops, pending, pipe or kestrel."),
        };
}
