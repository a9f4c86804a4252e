using System.Text;

namespace Hutong.Interop.Matrix;

/// <summary><c>docs/reference/interop.md</c>, which the tests write and compare themselves with.</summary>
internal static class Document
{
    public static string File { get; } = Path.GetFullPath(Path.Combine(Peer.Folder, "../../../docs/reference/interop.md"));

    public static string[] Lines { get; } = System.IO.File.Exists(File) ? System.IO.File.ReadAllLines(File) : [];

    /// <summary>The versions that the document lists, by peer.</summary>
    public static Dictionary<string, string> Versions => Lines
        .SkipWhile(line => line != "| peer | version |").Skip(2).TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(cells => cells[1], cells => cells[2], StringComparer.Ordinal);

    /// <summary>A row as it stands in the table.</summary>
    /// <param name="row">The row.</param>
    /// <param name="passed">The modes that passed.</param>
    public static string Line(Row row, IReadOnlyCollection<string> passed)
    {
        var cells = Mode.All.Select(mode => row.Obstacle(mode) is { } obstacle ? $"– ({Note(row, obstacle)})" : passed.Contains(mode.Name, StringComparer.Ordinal) ? "ok" : "fails");
        string restriction = row.Restriction is { } text ? $" ({Note(row, text)})" : "";
        return $"| {row.Title}{restriction} | {row.Role} | {row.Transport} | {string.Join(" | ", cells)} |";
    }

    /// <summary>The document with these rows.</summary>
    public static string Render(IEnumerable<string> rows, IReadOnlyDictionary<string, string> versions)
    {
        var text = new StringBuilder();
        text.Append($"""
            # Interoperability

            Written by the tests: `UPDATE_INTEROP=1 ./test --filter Interop`. Without it they fail when what they find differs from this table.

            Each cell is two connections, one with whole messages as texts, one with the same in fragments as binary, both ways: 5 B, 64 KiB and 16 MiB,
            sent, echoed, compared, and closed with 1000. “Client” and “server” say what the peer is; Hutong is the other end, and `HTTP/2` is extended CONNECT
            over TLS.

            - **plain**: no extension.
            - **context takeover**: permessage-deflate that remembers earlier messages, both ways, windows of 15 bits.
            - **no takeover**: permessage-deflate that forgets them, both ways.
            - **small window**: permessage-deflate with takeover and windows of 9 or 10 bits, both ways.

            That this was agreed is read from the server's `Sec-WebSocket-Extensions`; that it was used, from the bytes that Hutong's end counted. Noise that is
            sent twice is short the second time only where the context is kept and the window reaches back.

            | peer | is | transport | {string.Join(" | ", Mode.All.Select(mode => mode.Title))} |
            |---|---|---|{string.Concat(Mode.All.Select(_ => "---|"))}

            """);
        foreach (string row in rows)
            text.Append(row).Append('\n');
        text.Append('\n');
        foreach (var (note, i) in Notes.Select((note, i) => (note, i + 1)))
            text.Append($"{i}. {note}\n");
        text.Append("\nWith these the table was written; others of the same peers should do as well.\n\n| peer | version |\n|---|---|\n");
        foreach (var (peer, version) in versions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append($"| {peer} | {version} |\n");
        return text.ToString();
    }

    private static string[] Notes { get; } =
    [
        .. Row.All.SelectMany(row => (string?[])[row.Restriction, .. Mode.All.Select(row.Obstacle)], (row, note) => note is null ? null : $"{row.Title} {note}")
            .OfType<string>().Distinct(StringComparer.Ordinal),
    ];

    private static int Note(Row row, string text) => Array.IndexOf(Notes, $"{row.Title} {text}") + 1;
}
