using System.Text.Json;

namespace Hutong.Client.Managed;

/// <summary>What every managed client must do, whatever its language: <c>clients/scenarios</c>, the files that the TypeScript client's tests run too.</summary>
public class ScenarioTests
{
    private static readonly string Folder = Path.Combine(Root(), "clients", "scenarios");

    public static TheoryData<string, string> Scenarios
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string file in Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal))
            {
                foreach (var scenario in Load(file))
                    data.Add(Path.GetFileName(file), scenario.GetProperty("name").GetString()!);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Scenario_Played_IsAsTheTableSays(string file, string name)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var scenario = Load(Path.Combine(Folder, file)).Single(s => s.GetProperty("name").GetString() == name);
        var run = new ScenarioRun(scenario.TryGetProperty("options", out var options) ? options : default);
        int number = 0;
        foreach (var step in scenario.GetProperty("steps").EnumerateArray())
        {
            number++;
            try
            {
                run.Step(step);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Step {number}, {step.GetRawText()}: {e.Message}", e);
            }
        }

        // Whatever happened, the end leaves nothing behind.
        _ = run.Client.CloseAsync();
        run.Settle();
        run.Clock.Advance(60_000);
        run.Settle();
        run.Clock.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void Tables_AreThere() => Directory.EnumerateFiles(Folder, "*.json").Count().ShouldBeGreaterThanOrEqualTo(8);

    private static List<JsonElement> Load(string path) => [.. JsonElement.Parse(File.ReadAllBytes(path)).EnumerateArray()];

    private static string Root()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Hutong.slnx")))
                return folder;
        }

        throw new InvalidOperationException("These tests run within the repository.");
    }
}
