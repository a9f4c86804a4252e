namespace Hutong.Architecture;

/// <summary>Arrows between libraries point down, never up and never sideways.</summary>
public class FloorTests
{
    // Testing stands beside the house: it refers to nobody, and only tests may refer to it.
    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Hutong.Protocol"] = 0,
        ["Hutong.Rooms.Protocol"] = 0,
        ["Hutong.SocketIO.Protocol"] = 0,
        ["Hutong.Yjs.Protocol"] = 0,
        ["Hutong.Connections"] = 1,
        ["Hutong.Transport"] = 2,
        ["Hutong.Client"] = 2,
        ["Hutong.Rooms"] = 2,
        ["Hutong.Server"] = 3,
        ["Hutong.Redis"] = 4,
        ["Hutong.Postgres"] = 4,
        ["Hutong.SocketIO"] = 4,
        ["Hutong.Yjs"] = 4,
        ["Hutong.Inspector"] = 4,
        ["Hutong.Cli"] = 5,
    };

    // What the runtime's assemblies are called that do I/O, keep time, run things at once or log.
    private static readonly string[] BannedOnFloor0 =
    [
        "System.Net.", "System.Threading", "System.IO.Pipelines", "System.Diagnostics.Process", "System.Console", "Microsoft.Extensions.",
        "Microsoft.AspNetCore",
    ];

    public static TheoryData<string> Libraries => [.. Repository.Libraries];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void References_OfALibrary_PointDown(string library)
    {
        var references = Repository.Load(library).GetReferencedAssemblies()
            .Select(r => r.Name!).Where(n => n.StartsWith("Hutong", StringComparison.Ordinal)).ToList();

        if (library == "Hutong.Testing")
        {
            references.ShouldBeEmpty();
            return;
        }

        Floors.ShouldContainKey(library, "every library has a floor");
        foreach (string reference in references)
        {
            Floors.ShouldContainKey(reference, $"{library} refers to {reference}");
            Floors[reference].ShouldBeLessThan(Floors[library], $"{library} refers to {reference}");
        }
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void References_OnFloor0_AreWithoutIo(string library)
    {
        if (!Floors.TryGetValue(library, out int floor) || floor > 0)
            return;
        var references = Repository.Load(library).GetReferencedAssemblies().Select(r => r.Name!).ToList();
        references.Where(r => BannedOnFloor0.Any(b => r.StartsWith(b, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Project_OnFloor0_HasTheListOfBannedSymbols(string library)
    {
        if (!Floors.TryGetValue(library, out int floor) || floor > 0)
            return;
        Repository.Read($"src/{library}/{library}.csproj").ShouldContain("BannedSymbols.Floor0.txt");
    }

    [Fact]
    public void SourceFiles_OfTheProject_AreBelowSixHundredLines()
    {
        var folders = new[] { "src", "tests", "samples", "fuzz", "perf" }.Select(f => Path.Combine(Repository.Root, f)).Where(Directory.Exists);
        var large = folders.SelectMany(f => Directory.EnumerateFiles(f, "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Select(f => (File: Path.GetRelativePath(Repository.Root, f), Lines: File.ReadLines(f).Count()))
            .Where(f => f.Lines > 600);
        large.ShouldBeEmpty();
    }
}
