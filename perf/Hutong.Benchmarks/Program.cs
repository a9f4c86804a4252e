using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Hutong.Benchmarks;

/// <summary>The command line is BenchmarkDotNet's; <c>perf/README.md</c> says how.</summary>
public static class Program
{
    public static void Main(string[] args)
    {
        // In this process, because the generated projects of the default toolchain know neither central package versions nor our
        // output folder, and would have to restore.
        // Many short iterations rather than few long ones: the median then shrugs off what else the machine does.
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
            .WithIterationTime(TimeInterval.FromMilliseconds(60)).WithWarmupCount(5).WithIterationCount(15);
        var config = DefaultConfig.Instance.AddJob(job).AddColumn(StatisticColumn.Median).HideColumns(Column.Error, Column.StdDev, Column.Toolchain);
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
    }
}
