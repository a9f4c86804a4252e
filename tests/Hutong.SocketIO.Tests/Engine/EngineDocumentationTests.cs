using System.Runtime.CompilerServices;
using Hutong.SocketIO.Internal.Engine;

namespace Hutong.SocketIO.Tests.Engine;

public class EngineDocumentationTests
{
    [Fact]
    public void RequestErrors_AreInTheReference()
    {
        string errors = File.ReadAllText(Path.Combine(Root(), "docs/reference/errors.md"));
        string metrics = File.ReadAllText(Path.Combine(Root(), "docs/reference/metrics.md"));

        foreach (var error in EngineRequestError.All)
            errors.ShouldContain($"| {error.Code} | {error.Status} | {error.Message} |");
        foreach (var error in EngineRequestError.All.Append(EngineRequestError.TooLarge))
            metrics.ShouldContain($"`{error.Name}`");
    }

    private static string Root([CallerFilePath] string path = "")
    {
        // Builds for CI map source paths.
        foreach (string start in (string[])[Path.GetDirectoryName(path) ?? "", AppContext.BaseDirectory])
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
