using System.Reflection;
using System.Runtime.CompilerServices;

namespace Hutong.Architecture;

/// <summary>The checkout that this test was built from, and the libraries in it.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every library under <c>src/</c>; adding one there without a place in the table of floors fails a test.</summary>
    public static IReadOnlyList<string> Libraries { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "src")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    public static Assembly Load(string library) => Assembly.Load(new AssemblyName(library));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot([CallerFilePath] string path = "")
    {
        // Builds for CI map source paths, so the folders above the test are tried too.
        foreach (string start in (string[])[Path.GetDirectoryName(path) ?? "", AppContext.BaseDirectory, Environment.CurrentDirectory])
        {
            for (var folder = new DirectoryInfo(start.Length > 0 ? start : "."); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Hutong.slnx")))
                    return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No folder above this test holds Hutong.slnx.");
    }
}
