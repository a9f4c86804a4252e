using System.Text;

namespace Hutong.Fuzz;

/// <summary>permessage-deflate's parameters: an offer that is accepted keeps to what was asked, and a strict client confirms the answer.</summary>
public static class DeflateOfferTarget
{
    private static readonly string[] Parameters =
    [
        "server_no_context_takeover", "client_no_context_takeover", "server_max_window_bits", "client_max_window_bits", "server_max_window_bits=15",
        "server_max_window_bits=9", "client_max_window_bits=10", "client_max_window_bits=08", "server_max_window_bits=8", "x=1",
        "client_no_context_takeover=1", "server_max_window_bits=\"12\"",
    ];

    public static byte[] Generate(Random random)
    {
        var offer = new StringBuilder("permessage-deflate");
        for (int i = random.Next(5); i > 0; i--)
            offer.Append("; ").Append(Parameters[random.Next(Parameters.Length)]);
        return Encoding.UTF8.GetBytes(offer.ToString());
    }

    public static void Run(ReadOnlySpan<byte> data)
    {
        if (!ExtensionParameters.TryParseList(Encoding.UTF8.GetString(data), out var list))
            return;
        var server = new PerMessageDeflate();
        foreach (var offer in list.Where(o => o.Name == server.Name))
        {
            if (!server.TryAccept(offer, out var response, out var transform))
            {
                Claim.That(transform is null, "nothing is made for an offer that is declined");
                continue;
            }

            using (transform)
            {
                Claim.That(offer.Parameters.Select(p => p.Key).Distinct(StringComparer.Ordinal).Count() == offer.Parameters.Count, "nothing is repeated");
                int? asked = Bits(offer, "server_max_window_bits");
                Claim.That(asked is null || Bits(response, "server_max_window_bits") <= asked, "the server's window is as asked");
                Claim.That(asked is null or (>= 9 and <= 15), "a window that can be kept");
                bool mayTell = offer.Parameters.Any(p => p.Key == "client_max_window_bits");
                Claim.That(mayTell || Bits(response, "client_max_window_bits") is null, "only a client that offered it is told a window");
                // A client that asks for nothing takes any well-formed answer, but for a window that zlib cannot make, which ours never offers.
                if (Bits(response, "client_max_window_bits") == 8)
                    continue;
                var client = new PerMessageDeflate(new() { ServerNoContextTakeover = false });
                Claim.That(client.TryConfirm(response, out var confirmed), $"a client confirms '{response}'");
                confirmed?.Dispose();
            }
        }
    }

    private static int? Bits(ExtensionParameters extension, string name) =>
        extension.Parameters.FirstOrDefault(p => p.Key == name).Value is { } value ? int.Parse(value) : null;
}
