using System.Reflection;
using System.Runtime.CompilerServices;
using Hutong.Rooms.Protocol.Internal;

namespace Hutong.Rooms.Protocol;

/// <summary><c>docs/reference/envelope.md</c> says what the code does: each type, error and close code once, with its numbers.</summary>
public class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "reference", "envelope.md"));

    [Fact]
    public void Types_OfTheProtocol_AreInTheReference()
    {
        var expected = EnvelopeType.All.Select(t => $"| `{t.Name}` | {t.Number} | {(t.FromClient ? t.FromServer ? "both" : "client" : "server")} | ");
        Rows("Types").Select(r => r[..(r.IndexOf('|', NthBar(r, 3)) + 2)]).ShouldBe(expected);
        EnvelopeType.All.Select(t => (int)t.Number).ShouldBe(Enumerable.Range(1, EnvelopeType.All.Count));
        typeof(EnvelopeType).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)
            .ShouldBe(EnvelopeType.All.Select(t => t.Name), ignoreOrder: true);
        EnvelopeType.All.ShouldAllBe(t => EnvelopeType.Find(t.Name) == t && EnvelopeType.Find(t.Number) == t);
        EnvelopeType.Find(0).ShouldBeNull();
        EnvelopeType.Find((ulong)EnvelopeType.All.Count + 1).ShouldBeNull();
    }

    [Fact]
    public void Errors_OfTheProtocol_AreInTheReference()
    {
        Rows("Errors").ShouldBe(RoomError.All.Select(e => $"| `{e.Code}` | {e.StatusCode} | {e.Message} |"));
        Statics<RoomError>().ShouldBe(RoomError.All, ignoreOrder: true);
        RoomError.All.Select(e => e.Code).ShouldBeUnique(StringComparer.Ordinal);
    }

    [Fact]
    public void CloseCodes_OfTheProtocol_AreInTheReference()
    {
        Rows("Close codes").ShouldBe(SessionClose.All.Select(c => $"| {c.Code} | `{c.Name}` | {(c.Reconnect ? "yes" : "no")} | {c.Message} |"));
        Statics<SessionClose>().ShouldBe(SessionClose.All, ignoreOrder: true);
        SessionClose.All.Select(c => c.Code).ShouldBeUnique();
        foreach (var close in SessionClose.All)
        {
            close.Reconnect.ShouldBe(close.Code is not 1000 and < 3500, close.ToString());
            System.Text.Encoding.UTF8.GetByteCount(close.Message).ShouldBeLessThanOrEqualTo(123, "it is the reason of a close frame");
        }
    }

    [Fact]
    public void Fields_OfTheEnvelope_AreInTheReference()
    {
        var documented = Rows("Fields").Select(r => r.Split('`')[1]);
        // "roomId" stands in a payload, and "seq" is put before the rest by HTTP transports.
        var known = Enum.GetValues<Field>().Except([Field.Unknown, Field.RoomId]).Select(f => f.ToString().ToLowerInvariant());
        documented.ShouldBe(known.Append("seq"), ignoreOrder: true);
    }

    [Fact]
    public void Parts_OfTheBinaryDialect_AreInTheReference()
    {
        foreach (string row in Rows("The binary dialect").Where(r => !r.Contains("always", StringComparison.Ordinal)))
        {
            string[] cells = row.Split('|', StringSplitOptions.TrimEntries);
            var flag = cells[1] switch
            {
                "`epoch`, `offset`" => BinaryFlags.Position,
                "payload" => BinaryFlags.Payload,
                var name => Enum.Parse<BinaryFlags>(name.Trim('`'), ignoreCase: true),
            };
            (1 << int.Parse(cells[2])).ShouldBe((int)flag, row);
        }

        ((int)BinaryFlags.PayloadIsJson, (int)BinaryFlags.IdIsNumber).ShouldBe((1 << 1, 1 << 7));
    }

    [Fact]
    public void Limits_InTheReference_AreTheDefaults()
    {
        var limits = EnvelopeLimits.Default;
        foreach (string said in (string[])
            [
                $"1 to {limits.MaxTypeSize} bytes. Required", $"1 to {limits.MaxIdSize} bytes, or an integer", $"name, 1 to {limits.MaxRoomSize} bytes",
                $"about, 1 to {limits.MaxKeySize} bytes", $"at most {limits.MaxTokenSize >> 10} KiB", $"at most {limits.MaxInfoSize >> 10} KiB",
                $"| a message | {limits.MaxMessageSize >> 20} MiB |", $"| nesting | {limits.MaxDepth} levels",
            ])
            Page.ShouldContain(said);
    }

    /// <summary>The rows of a section's table, without its head.</summary>
    private static List<string> Rows(string section)
    {
        string text = Page[(Page.IndexOf($"\n## {section}\n", StringComparison.Ordinal) + 1)..];
        int end = text.IndexOf("\n## ", StringComparison.Ordinal);
        var rows = text[..(end < 0 ? text.Length : end)].Split('\n').Where(l => l.StartsWith('|')).Skip(2).ToList();
        rows.ShouldNotBeEmpty(section);
        return rows;
    }

    private static int NthBar(string row, int n)
    {
        int at = 0;
        for (; n > 0; n--)
            at = row.IndexOf('|', at) + 1;
        return at;
    }

    private static IEnumerable<T> Statics<T>() =>
        typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(T)).Select(f => (T)f.GetValue(null)!);

    private static string Root([CallerFilePath] string path = "")
    {
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
