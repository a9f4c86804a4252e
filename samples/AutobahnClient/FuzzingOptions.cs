using Hutong.Client;

namespace Hutong.Samples;

/// <summary>What the command line says.</summary>
public sealed record FuzzingOptions
{
    public required Uri Server { get; init; }

    public string Agent { get; init; } = "Hutong";

    public ClientTransport Transport { get; init; }

    /// <summary>How long one case may take.</summary>
    public TimeSpan CaseLimit { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The cases to run; null for all.</summary>
    public IReadOnlyList<Range>? Cases { get; init; }

    public static FuzzingOptions? TryParse(string[] args)
    {
        FuzzingOptions? options = null;
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            if (i == 0)
            {
                if (!Uri.TryCreate(args[0], UriKind.Absolute, out var server) || server.Scheme is not ("ws" or "wss"))
                    return null;
                options = new FuzzingOptions { Server = server };
                continue;
            }

            i++;
            switch (args[i - 1])
            {
                case "--agent" when value.Length > 0:
                    options = options! with { Agent = value };
                    break;
                case "--cases" when TryParseCases(value, out var cases):
                    options = options! with { Cases = cases };
                    break;
                case "--transport" when Enum.TryParse<ClientTransport>(value, ignoreCase: true, out var transport):
                    options = options! with { Transport = transport };
                    break;
                case "--seconds" when int.TryParse(value, out int seconds) && seconds > 0:
                    options = options! with { CaseLimit = TimeSpan.FromSeconds(seconds) };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }

    /// <summary>Whether a case is to be run. Cases count from 1.</summary>
    public bool Includes(int number) => Cases is null || Cases.Any(c => number >= c.Start.Value && number <= c.End.Value);

    private static bool TryParseCases(string text, out List<Range> cases)
    {
        cases = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], out int first) || !int.TryParse(ends[^1], out int last) || first < 1 || last < first)
                return false;
            cases.Add(first..last);
        }

        return true;
    }
}
