namespace Showcase.Dashboard;

/// <summary>What the machine and the server did in one second. The first six names are those of the guide's dashboard.</summary>
/// <param name="Time">When, in milliseconds since 1970.</param>
/// <param name="Cpu">How busy the machine was, in percent.</param>
/// <param name="Memory">How much of its memory is used, in percent.</param>
/// <param name="NetworkIn">What came in, in MB a second.</param>
/// <param name="NetworkOut">What went out, in MB a second.</param>
/// <param name="RequestsPerSecond">Messages received.</param>
/// <param name="Connections">WebSockets that are open.</param>
/// <param name="Sessions">Sessions, over whichever transport.</param>
/// <param name="MessagesOut">Messages sent.</param>
/// <param name="Lag">Bytes that wait for slow readers.</param>
/// <param name="ServerCpu">What this process took, in percent of one core.</param>
/// <param name="ServerMemory">What this process holds, in MiB.</param>
/// <param name="Collections">Garbage collections.</param>
internal sealed record Sample(
    long Time, double Cpu, double Memory, double NetworkIn, double NetworkOut, long RequestsPerSecond, long Connections, int Sessions,
    long MessagesOut, long Lag, double ServerCpu, double ServerMemory, int Collections);
