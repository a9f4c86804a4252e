using System.Text;

namespace Hutong.Rooms.Model;

/// <summary>
/// Clients join, publish, are cut off, read slowly, begin anew, on nodes that do what they do in whatever order a seed says. What must hold of
/// it all is checked against the log of each room. A run that fails is made as short as it can be, and printed.
/// </summary>
public class ModelTests
{
    // HUTONG_MODEL_SEEDS runs more of them; HUTONG_MODEL_SEED runs one, and tells what each client takes.
    private static readonly int Seeds = Number("HUTONG_MODEL_SEEDS") ?? 2000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Rooms_WhateverHappens_KeepTheirPromises(int mode)
    {
        int first = Number("HUTONG_MODEL_SEED") ?? 0;
        int last = Number("HUTONG_MODEL_SEED") ?? Seeds - 1;
        for (int seed = first; seed <= last; seed++)
        {
            var script = ModelRun.Script(seed);
            if (Try(seed, (ModelMode)mode, script) is { } failure)
                Assert.Fail(Describe(seed, (ModelMode)mode, Shrink(seed, (ModelMode)mode, script), failure));
        }
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out int number) ? number : null;

    private static Exception? Try(int seed, ModelMode mode, IReadOnlyList<ModelAction> script)
    {
        try
        {
            // What is awaited goes on where it was completed, and nowhere else.
            SynchronizationContext.SetSynchronizationContext(null);
            using var run = new ModelRun(seed, mode) { Trace = Number("HUTONG_MODEL_SEED") is null ? null : Console.WriteLine };
            run.Run(script);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Leaves out what the failure does not need: halves, then quarters, down to single actions.</summary>
    private static List<ModelAction> Shrink(int seed, ModelMode mode, List<ModelAction> script)
    {
        for (int size = script.Count / 2; size >= 1; size = size == 1 ? 0 : (size + 1) / 2)
        {
            for (int start = 0; start + size <= script.Count;)
            {
                List<ModelAction> shorter = [.. script[..start], .. script[(start + size)..]];
                if (Try(seed, mode, shorter) is not null)
                    script = shorter;
                else
                    start += size;
            }
        }

        return script;
    }

    private static string Describe(int seed, ModelMode mode, List<ModelAction> script, Exception failure)
    {
        var text = new StringBuilder($"seed {seed}, {mode}, {script.Count} actions:\n");
        foreach (var action in script)
            text.Append("  ").Append(action).Append('\n');
        return text.Append(Try(seed, mode, script) ?? failure).ToString();
    }
}
