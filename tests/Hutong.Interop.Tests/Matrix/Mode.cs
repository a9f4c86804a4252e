using Hutong.Protocol;

namespace Hutong.Interop.Matrix;

/// <summary>A column of the matrix: how messages are compressed.</summary>
internal sealed record Mode(string Name, string Title, PerMessageDeflateOptions? Options)
{
    public static IReadOnlyList<Mode> All { get; } =
    [
        new("plain", "plain", null),
        new("takeover", "context takeover", new() { Threshold = 0, ServerNoContextTakeover = false, ClientNoContextTakeover = false }),
        new("reset", "no takeover", new() { Threshold = 0 }),
        new("small", "small window", new()
        {
            Threshold = 0, ServerNoContextTakeover = false, ClientNoContextTakeover = false, ServerMaxWindowBits = 10, ClientMaxWindowBits = 9,
        }),
    ];

    /// <summary>Fails unless the server's answer agrees on this.</summary>
    public void ShouldBeAgreed(string extensions)
    {
        if (Options is null)
        {
            extensions.ShouldBeEmpty();
            return;
        }

        ExtensionParameters.TryParseList(extensions, out var list).ShouldBeTrue(extensions);
        var agreed = list.ShouldHaveSingleItem();
        agreed.Name.ShouldBe("permessage-deflate");
        var parameters = agreed.Parameters.ToDictionary(parameter => parameter.Key, parameter => parameter.Value, StringComparer.Ordinal);
        foreach (string end in (string[])["server", "client"])
        {
            parameters.ContainsKey($"{end}_no_context_takeover").ShouldBe(Name == "reset", extensions);
            int bits = parameters.TryGetValue($"{end}_max_window_bits", out string? value) && value is { Length: > 0 } ? int.Parse(value) : 15;
            if (Name == "small")
                bits.ShouldBeInRange(9, 10, extensions);
            else
                bits.ShouldBe(15, extensions);
        }
    }
}
