using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Hutong.Fuzz;

/// <summary>The command line; <c>fuzz/README.md</c> describes it.</summary>
public static class Program
{
    private const string Usage = "hutong-fuzz [--target name] [--seconds N | --iterations N] [--seed S] [file...]";

    public static int Main(string[] args)
    {
        string? name = null;
        double? seconds = null;
        long? iterations = null;
        int seed = Environment.TickCount;
        var files = new List<string>();
        try
        {
            for (int i = 0; i < args.Length; i++)
            {
                switch (args[i])
                {
                    case "--target":
                        name = args[++i];
                        break;
                    case "--seconds":
                        seconds = double.Parse(args[++i], CultureInfo.InvariantCulture);
                        break;
                    case "--iterations":
                        iterations = long.Parse(args[++i], CultureInfo.InvariantCulture);
                        break;
                    case "--seed":
                        seed = int.Parse(args[++i], CultureInfo.InvariantCulture);
                        break;
                    default:
                        files.Add(args[i]);
                        break;
                }
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException or IndexOutOfRangeException)
        {
            return Complain("a value is missing or is not a number");
        }

        if (files.Find(f => f.StartsWith('-') || !File.Exists(f)) is { } odd)
            return Complain($"neither an option nor a file: {odd}");
        var targets = Target.All.Where(t => name is null || t.Name == name).ToList();
        if (targets.Count == 0)
            return Complain($"no such target: {name}");
        return files.Count > 0 ? Replay(targets, files) : Generate(targets, seed, seconds, iterations);
    }

    private static int Complain(string what)
    {
        Console.Error.WriteLine(what);
        Console.Error.WriteLine(Usage);
        Console.Error.WriteLine($"targets: {string.Join(' ', Target.All)}");
        return 2;
    }

    private static int Replay(List<Target> targets, List<string> files)
    {
        int failures = 0;
        foreach (string file in files)
        {
            byte[] input = File.ReadAllBytes(file);
            foreach (var target in targets)
            {
                try
                {
                    target.Run(input);
                    Console.WriteLine($"{file}: {target.Name}: ok");
                }
                catch (Exception e)
                {
                    failures++;
                    Console.WriteLine($"{file}: {target.Name}: {e}");
                }
            }
        }

        return failures == 0 ? 0 : 1;
    }

    private static int Generate(List<Target> targets, int seed, double? seconds, long? iterations)
    {
        int failures = 0;
        foreach (var target in targets)
        {
            var watch = Stopwatch.StartNew();
            long done = 0;
            double share = (seconds ?? (iterations is null ? 10 : double.MaxValue)) / (seconds is null ? 1 : targets.Count);
            var failure = target.Try(seed, i => (done = i) < (iterations ?? long.MaxValue) && watch.Elapsed.TotalSeconds < share);
            if (failure is null)
            {
                Console.WriteLine($"{target.Name}: {done} iterations in {watch.Elapsed.TotalSeconds:F1} s, seed {seed}: ok");
                continue;
            }

            failures++;
            string file = $"crash-{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(failure.Input).AsSpan(0, 6))}";
            File.WriteAllBytes(file, failure.Input);
            Console.WriteLine($"{failure}\nkept in {file}");
        }

        return failures == 0 ? 0 : 1;
    }
}
