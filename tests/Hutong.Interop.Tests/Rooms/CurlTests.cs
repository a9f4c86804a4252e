using System.Text.RegularExpressions;

namespace Hutong.Interop.Rooms;

/// <summary>Each line of curl in <c>docs/topics/http-transports.md</c> does what the page says.</summary>
public partial class CurlTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Curl_AsInTheDocumentation_UsesEachTransport()
    {
        string curl = Peer.Require("curl");
        var lines = File.ReadLines(DocumentPath()).Where(l => l.StartsWith("curl ", StringComparison.Ordinal)).ToList();
        lines.Count.ShouldBe(8);
        await using var server = await RoomServer.StartAsync("chat:*");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);

        // Streams do not end: they are left after a second.
        (await RunAsync(lines[0], "--max-time", "1")).ShouldContain("data: {\"type\":\"welcome\"");
        (await RunAsync(lines[1], "--max-time", "1")).ShouldContain("{\"seq\":1,\"type\":\"ack\"");

        string first = await RunAsync(lines[2]);
        first.ShouldStartWith("[{\"seq\":0,\"type\":\"welcome\"");
        variables["TOKEN"] = Token().Match(first).Groups["token"].Value;
        (await RunAsync(lines[4], "-i")).ShouldContain(" 202 ");
        (await RunAsync(lines[3])).ShouldContain("\"payload\":\"hello\"");

        string history = await RunAsync(lines[5]);
        history.ShouldContain(" 200 ");
        history.ShouldContain("\"payload\":\"hello\"");
        variables["ETAG"] = ETag().Match(history).Groups["tag"].Value;
        (await RunAsync(lines[6])).ShouldContain(" 304 ");
        (await RunAsync(lines[7], "-i")).ShouldContain(" 204 ");
        (await RunAsync(lines[3])).ShouldContain("unknown_session");

        async Task<string> RunAsync(string line, params string[] more)
        {
            string script = line.Replace("curl ", $"{curl} -sS ", StringComparison.Ordinal).Replace("localhost:5000", $"127.0.0.1:{server.Port}", StringComparison.Ordinal);
            await using var process = ChildProcess.Start(["/bin/sh", "-c", $"{script} {string.Join(' ', more)}"], variables);
            await process.WaitForExitAsync(Patience);
            return process.Output;
        }
    }

    private static string DocumentPath([System.Runtime.CompilerServices.CallerFilePath] string path = "")
    {
        foreach (string start in (string[])[Path.GetDirectoryName(path) ?? "", AppContext.BaseDirectory])
        {
            for (var folder = new DirectoryInfo(start.Length > 0 ? start : "."); folder is not null; folder = folder.Parent)
            {
                string file = Path.Combine(folder.FullName, "docs", "topics", "http-transports.md");
                if (File.Exists(file))
                    return file;
            }
        }

        throw new FileNotFoundException("docs/topics/http-transports.md");
    }

    [GeneratedRegex("\"token\":\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();

    [GeneratedRegex("(?i)etag: (?<tag>\"[^\"]+\")", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ETag();
}
