using System.Reflection;
using System.Text.RegularExpressions;
using Hutong.Client;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.SocketIO;
using Hutong.SocketIO.Protocol;

namespace Hutong.Architecture;

/// <summary>The reference says what the code does: each error once, with its numbers, and no link leads nowhere.</summary>
public partial class DocumentationTests
{
    [Fact]
    public void Errors_OfTheProtocol_AreInTheReference()
    {
        string page = Repository.Read("docs/reference/errors.md");
        foreach (var error in ProtocolError.All)
            page.ShouldContain($"| `{error.Code}` | {(ushort)error.CloseCode} | {error.Message} |");
        foreach (var error in HandshakeError.All)
            page.ShouldContain($"| `{error.Code}` | {(error.StatusCode == 0 ? "–" : error.StatusCode)} | {error.Message} |");
    }

    [Fact]
    public void Errors_OfConnecting_AreInTheReference()
    {
        string page = Repository.Read("docs/reference/errors.md");
        foreach (var error in ConnectError.All)
            page.ShouldContain($"| `{error.Code}` | {error.Message} |");
        Statics<ConnectError>().ShouldBe(ConnectError.All, ignoreOrder: true);
    }

    [Fact]
    public void Errors_InTheClosedSets_AreAllListed()
    {
        Statics<ProtocolError>().ShouldBe(ProtocolError.All, ignoreOrder: true);
        Statics<HandshakeError>().ShouldBe(HandshakeError.All, ignoreOrder: true);
        ProtocolError.All.Select(e => e.Code).Concat(HandshakeError.All.Select(e => e.Code)).Order(StringComparer.Ordinal).ShouldBeUnique(StringComparer.Ordinal);
    }

    [Fact]
    public void Errors_OfConnections_AreInTheReference()
    {
        string page = Repository.Read("docs/reference/errors.md");
        var errors = typeof(ConnectionError).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(p => (ConnectionError)p.GetValue(null)!)
            .Append(ConnectionError.HandlerFailed(new InvalidOperationException()))
            .Append(ConnectionError.StreamFailed(new IOException()));
        foreach (var error in errors)
            page.ShouldContain($"| `{error.Code}` |");
    }

    [Fact]
    public void Errors_OfEngineIO_AreInTheReference()
    {
        string page = Repository.Read("docs/reference/errors.md");
        foreach (var error in EngineError.All)
            page.ShouldContain($"| `{error.Code}` | {error.Message} |");
        Statics<EngineError>().ShouldBe(EngineError.All, ignoreOrder: true);
        foreach (var reason in Statics<EngineCloseReason>())
            page.ShouldContain($"| `{reason.Text}` |");
    }

    [Fact]
    public void Errors_OfTheManagedClient_AreInTheTopic()
    {
        string page = Repository.Read("docs/topics/client.md");
        foreach (var code in typeof(ClientErrorCode).GetFields(BindingFlags.Public | BindingFlags.Static))
            page.ShouldContain($"`{code.GetRawConstantValue()}`");
    }

    [Fact]
    public void Links_InTheDocumentation_LeadSomewhere()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"));
        var broken = new List<string>();
        foreach (string page in pages)
        {
            foreach (Match link in RelativeLink().Matches(File.ReadAllText(page)))
            {
                string target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups["target"].Value);
                if (!File.Exists(target) && !Directory.Exists(target))
                    broken.Add($"{Path.GetRelativePath(Repository.Root, page)}: {link.Groups["target"].Value}");
            }
        }

        broken.ShouldBeEmpty();
    }

    [Fact]
    public void Guarantees_OfDelivery_NameTestsThatExist()
    {
        string page = Repository.Read("docs/topics/delivery.md");
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .GroupBy(f => Path.GetFileNameWithoutExtension(f)!, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => string.Concat(g.Select(File.ReadAllText)), StringComparer.Ordinal);
        var guarantees = page.Split('\n').Where(l => l.StartsWith("- ", StringComparison.Ordinal)).ToList();
        guarantees.Count.ShouldBeGreaterThan(25);
        foreach (string guarantee in guarantees)
        {
            var tests = TestName().Matches(guarantee);
            tests.Count.ShouldBePositive(guarantee);
            foreach (Match test in tests)
                sources.GetValueOrDefault(test.Groups["class"].Value, "").ShouldContain($" {test.Groups["method"].Value}(", customMessage: test.Value);
        }
    }

    private static IEnumerable<T> Statics<T>() =>
        typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(T)).Select(f => (T)f.GetValue(null)!);

    [GeneratedRegex("`(?<class>[A-Za-z]+Tests)\\.(?<method>[A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestName();

    [GeneratedRegex(@"\]\((?!https?:|mailto:|#)(?<target>[^)#\s]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RelativeLink();
}
