namespace Hutong.Interop.Matrix;

/// <summary>
/// Peers × transports × compression × sizes × fragments. The outcome stands in <c>docs/reference/interop.md</c>; to write it: UPDATE_INTEROP=1 ./test.
/// </summary>
public sealed class MatrixTests(MatrixTests.Results results) : IClassFixture<MatrixTests.Results>
{
    public static TheoryData<string> Rows => [.. Row.All.Select(row => row.ToString())];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Row_OfTheMatrix_IsAsDocumented(string name)
    {
        var row = Row.All.Single(row => string.Equals(row.ToString(), name, StringComparison.Ordinal));
        Mode[] modes = [.. Mode.All.Where(mode => row.Obstacle(mode) is null)];
        List<string> errors = [];
        string version = (row.Peer, row.Role) switch
        {
            (Row.Platform or Row.Own, _) => await TalkInProcessAsync(row, modes, errors),
            (_, "client") => await RunClientAsync(row, modes, errors),
            _ => await TalkToServersAsync(row, modes, errors),
        };
        errors.ShouldBeEmpty();

        string line = Document.Line(row, [.. modes.Select(mode => mode.Name)]);
        results.Add(row, line, version);
        if (!Results.Update)
            Document.Lines.Contains(line, StringComparer.Ordinal).ShouldBeTrue($"{line}\n{Document.File} says otherwise; if that is meant, run the tests with UPDATE_INTEROP=1");
    }

    [Fact]
    public void Document_WithTheRowsOfThisRun_IsWhole()
    {
        Assert.SkipWhen(Results.Update, "The document is being written.");
        var rows = Row.All.Select(row => Document.Line(row, [.. Mode.All.Select(mode => mode.Name)]));
        string.Join('\n', Document.Lines).ShouldBe(
            Document.Render(rows, Document.Versions).TrimEnd('\n'), $"run the tests with UPDATE_INTEROP=1 to write {Document.File}");
    }

    private static async Task AttemptAsync(Row row, Mode mode, string frames, List<string> errors, Func<Task> attempt)
    {
        try
        {
            await attempt().WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (Exception e)
        {
            errors.Add($"{row}, {mode.Name}, {frames}: {e}");
        }
    }

    private static async Task ForEachAsync(Row row, Mode[] modes, List<string> errors, Func<Mode, string, Task> attempt)
    {
        foreach (var mode in modes)
        {
            foreach (string frames in (string[])["whole", "fragmented"])
                await AttemptAsync(row, mode, frames, errors, () => attempt(mode, frames));
        }
    }

    private async Task<string> TalkInProcessAsync(Row row, Mode[] modes, List<string> errors)
    {
        var server = await results.ServerAsync();
        var url = server.Url(secure: row.Transport != "ws");
        string id = Guid.NewGuid().ToString("n");
        await ForEachAsync(row, modes, errors, async (mode, frames) =>
        {
            var address = new Uri(url, $"/{mode.Name}/{frames}?id={id}");
            bool fragmented = frames == "fragmented";
            bool http2 = row.Transport == "HTTP/2";
            mode.ShouldBeAgreed(row.Peer == Row.Own
                ? await OwnClient.TalkAsync(address, mode, fragmented, http2)
                : await PlatformClient.TalkAsync(address, mode, fragmented, http2));
            Conversation.ShouldHaveUsed(mode, await server.SeenAsync(id, mode, frames));
        });
        return row.Peer == Row.Own ? "" : Environment.Version.ToString();
    }

    private async Task<string> RunClientAsync(Row row, Mode[] modes, List<string> errors)
    {
        var server = await results.ServerAsync();
        string id = Guid.NewGuid().ToString("n");
        var (version, lines) = await PeerProgram.RunClientAsync(row.Peer, server.Url(row.Transport == "wss"), id, [.. modes.Select(mode => mode.Name)]);
        await ForEachAsync(row, modes, errors, async (mode, frames) =>
        {
            var line = lines.Single(line => line.Mode == mode.Name && line.Frames == frames);
            line.Error.ShouldBeNull();
            mode.ShouldBeAgreed(line.Extensions ?? "");
            Conversation.ShouldHaveUsed(mode, await server.SeenAsync(id, mode, frames));
        });
        return version;
    }

    private static async Task<string> TalkToServersAsync(Row row, Mode[] modes, List<string> errors)
    {
        bool secure = row.Transport == "wss";
        var (process, version, ports) = await PeerProgram.StartServersAsync(row.Peer, secure, [.. modes.Select(mode => mode.Name)]);
        await using (process)
        {
            await ForEachAsync(row, modes, errors, async (mode, frames) =>
            {
                var url = new Uri($"{row.Transport}://localhost:{ports[mode.Name]}/{frames}");
                mode.ShouldBeAgreed(await OwnClient.TalkAsync(url, mode, frames == "fragmented", http2: false));
            });
            if (errors.Count > 0)
                errors.Add(process.Output);
        }

        return version;
    }

    /// <summary>What the rows share.</summary>
    public sealed class Results : IAsyncLifetime
    {
        private readonly Lazy<Task<MatrixServer>> _server = new(MatrixServer.StartAsync);
        private readonly Dictionary<Row, string> _lines = [];
        private readonly Dictionary<string, string> _versions = new(StringComparer.Ordinal);

        /// <summary>Whether the document is to be written.</summary>
        public static bool Update => Environment.GetEnvironmentVariable("UPDATE_INTEROP") == "1";

        public ValueTask InitializeAsync() => default;

        public async ValueTask DisposeAsync()
        {
            if (_server.IsValueCreated)
                await (await _server.Value).DisposeAsync();
            if (Update && _lines.Count == Row.All.Count)
                await File.WriteAllTextAsync(Document.File, Document.Render(Row.All.Select(row => _lines[row]), _versions));
        }

        internal Task<MatrixServer> ServerAsync() => _server.Value;

        internal void Add(Row row, string line, string version)
        {
            _lines[row] = line;
            if (version.Length > 0)
                _versions[row.Title] = row.Peer == "gorilla" ? $"Debian's package, {version.Replace("go", "Go ", StringComparison.Ordinal)}" : version;
        }
    }
}
