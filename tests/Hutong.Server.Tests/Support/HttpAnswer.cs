using System.Text.Json;

namespace Hutong.Server.Tests.Support;

/// <summary>What a server answered.</summary>
internal sealed record HttpAnswer(int Status, ILookup<string, string> Headers, string Body)
{
    public string? this[string name] => Headers[name].FirstOrDefault();

    /// <summary>The stable code in the problem.</summary>
    public string? Code => JsonDocument.Parse(Body).RootElement.GetProperty("code").GetString();

    public static (int Status, ILookup<string, string> Headers) ParseHead(string head)
    {
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        int status = int.Parse(lines[0].Split(' ')[1]);
        return (status, lines.Skip(1).ToLookup(l => l[..l.IndexOf(':')], l => l[(l.IndexOf(':') + 1)..].Trim(), StringComparer.OrdinalIgnoreCase));
    }
}
