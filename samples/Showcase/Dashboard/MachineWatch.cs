using System.Diagnostics;
using System.Globalization;

namespace Showcase.Dashboard;

/// <summary>Reads what the system says of the machine. Where there is no /proc it knows of this process only.</summary>
internal sealed class MachineWatch
{
    private const double Megabyte = 1e6;

    private readonly bool _hasProc = File.Exists("/proc/stat");
    private (double Busy, double All) _cpu;
    private (double In, double Out) _network;
    private TimeSpan _process;
    private long _at;

    /// <summary>What has happened since the last call.</summary>
    public Reading Read()
    {
        double seconds = _at == 0 ? 1 : Math.Max(0.001, Stopwatch.GetElapsedTime(_at).TotalSeconds);
        _at = Stopwatch.GetTimestamp();
        using var self = Process.GetCurrentProcess();
        var time = self.TotalProcessorTime;
        double server = (time - _process).TotalSeconds / seconds * 100;
        _process = time;
        double memory = self.WorkingSet64 / (double)(1 << 20);
        if (!_hasProc)
        {
            var info = GC.GetGCMemoryInfo();
            return new Reading(Math.Min(100, server / Environment.ProcessorCount), 100.0 * info.MemoryLoadBytes / info.TotalAvailableMemoryBytes, 0, 0, server, memory);
        }

        var cpu = ReadCpu();
        var network = ReadNetwork();
        double busy = cpu.All > _cpu.All ? (cpu.Busy - _cpu.Busy) / (cpu.All - _cpu.All) * 100 : 0;
        var reading = new Reading(
            busy, ReadMemory(), (network.In - _network.In) / seconds / Megabyte, (network.Out - _network.Out) / seconds / Megabyte, server, memory);
        // What was before the first reading is not this second's.
        if (_cpu.All == 0)
            reading = reading with { Cpu = 0, NetworkIn = 0, NetworkOut = 0, ServerCpu = 0 };
        (_cpu, _network) = (cpu, network);
        return reading;
    }

    private static (double Busy, double All) ReadCpu()
    {
        // user nice system idle iowait irq softirq steal …
        double[] times = [.. Fields(File.ReadLines("/proc/stat").First()).Skip(1).Take(8).Select(Parse)];
        double all = times.Sum();
        return (all - times[3] - times[4], all);
    }

    private static double ReadMemory()
    {
        var lines = File.ReadLines("/proc/meminfo").Select(Fields).ToDictionary(f => f[0], f => Parse(f[1]), StringComparer.Ordinal);
        return 100 * (1 - (lines["MemAvailable:"] / lines["MemTotal:"]));
    }

    private static (double In, double Out) ReadNetwork()
    {
        (double In, double Out) sum = default;
        foreach (string line in File.ReadLines("/proc/net/dev").Skip(2))
        {
            string[] fields = Fields(line.Replace(":", " ", StringComparison.Ordinal));
            sum = (sum.In + Parse(fields[1]), sum.Out + Parse(fields[9]));
        }

        return sum;
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>One look at the machine: parts in percent, traffic in MB a second, memory in MiB.</summary>
    internal readonly record struct Reading(double Cpu, double Memory, double NetworkIn, double NetworkOut, double ServerCpu, double ServerMemory);
}
