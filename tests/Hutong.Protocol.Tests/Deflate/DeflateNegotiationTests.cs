namespace Hutong.Protocol.Deflate;

public class DeflateNegotiationTests
{
    [Theory]
    [InlineData("permessage-deflate", "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=10", "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=\"15\"", "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15")]
    [InlineData("permessage-deflate; client_max_window_bits=9", "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=9")]
    [InlineData("x-other, permessage-deflate; unknown, permessage-deflate", "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=8, permessage-deflate", "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    public void Accept_AGoodOffer_AnswersIt(string offers, string expected) => Negotiate(offers, new()).ShouldBe(expected);

    [Theory]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=7")]
    [InlineData("permessage-deflate; server_max_window_bits=16")]
    [InlineData("permessage-deflate; server_max_window_bits=010")]
    [InlineData("permessage-deflate; server_max_window_bits=+9")]
    [InlineData("permessage-deflate; server_max_window_bits=8")]
    [InlineData("permessage-deflate; client_max_window_bits=7")]
    [InlineData("permessage-deflate; client_max_window_bits=16")]
    [InlineData("permessage-deflate; client_max_window_bits=09")]
    [InlineData("permessage-deflate; client_max_window_bits=150")]
    [InlineData("permessage-deflate; server_no_context_takeover=1")]
    [InlineData("permessage-deflate; client_no_context_takeover=true")]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits=10")]
    [InlineData("permessage-deflate; Server_No_Context_Takeover")]
    [InlineData("permessage-deflate; level=9")]
    [InlineData("Permessage-Deflate")]
    public void Accept_ABadOffer_DeclinesIt(string offers) => Negotiate(offers, new()).ShouldBeNull();

    [Fact]
    public void Accept_WithContext_SaysNothingOfTakeover() =>
        Negotiate("permessage-deflate", new() { ServerNoContextTakeover = false, ClientNoContextTakeover = false }).ShouldBe("permessage-deflate");

    [Fact]
    public void Accept_WithSmallWindows_TellsTheClientOnlyIfItAsked()
    {
        var options = new PerMessageDeflateOptions { ServerMaxWindowBits = 10, ClientMaxWindowBits = 11, ServerNoContextTakeover = false, ClientNoContextTakeover = false };
        Negotiate("permessage-deflate", options).ShouldBe("permessage-deflate; server_max_window_bits=10");
        Negotiate("permessage-deflate; client_max_window_bits", options).ShouldBe("permessage-deflate; server_max_window_bits=10; client_max_window_bits=11");
        Negotiate("permessage-deflate; server_max_window_bits=9; client_max_window_bits=12", options)
            .ShouldBe("permessage-deflate; server_max_window_bits=9; client_max_window_bits=11");
    }

    [Theory]
    [InlineData("permessage-deflate; server_no_context_takeover", true)]
    [InlineData("permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=9; server_max_window_bits=8", true)]
    [InlineData("permessage-deflate", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; client_max_window_bits", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; client_max_window_bits=8", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_max_window_bits", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; x=1", false)]
    public void Confirm_AnAnswer_IsJudgedAgainstTheOffer(string answer, bool expected)
    {
        ExtensionParameters.TryParseList(answer, out var list).ShouldBeTrue();
        new PerMessageDeflate().TryConfirm(list[0], out var transform).ShouldBe(expected);
        (transform is not null).ShouldBe(expected);
        transform?.Dispose();
    }

    [Fact]
    public void Confirm_AWindowAboveTheOneAskedFor_IsRefused()
    {
        var asking = new PerMessageDeflate(new() { ServerMaxWindowBits = 10, ClientMaxWindowBits = 10, ServerNoContextTakeover = false });
        Confirm(asking, "permessage-deflate").ShouldBeFalse();
        Confirm(asking, "permessage-deflate; server_max_window_bits=11").ShouldBeFalse();
        Confirm(asking, "permessage-deflate; server_max_window_bits=10; client_max_window_bits=11").ShouldBeFalse();
        Confirm(asking, "permessage-deflate; server_max_window_bits=9; client_max_window_bits=10").ShouldBeTrue();
    }

    [Fact]
    public void Offer_ByDefault_AsksForNoContext() =>
        new PerMessageDeflate().CreateOffers().Single().ToString()
            .ShouldBe("permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits");

    [Theory]
    [InlineData(8, 15, 1, 8)]
    [InlineData(15, 16, 1, 8)]
    [InlineData(15, 15, 0, 8)]
    [InlineData(15, 15, 10, 8)]
    [InlineData(15, 15, 1, 0)]
    [InlineData(15, 15, 1, 10)]
    public void Options_OutOfRange_Throw(int server, int client, int level, int memory) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new PerMessageDeflate(
            new() { ServerMaxWindowBits = server, ClientMaxWindowBits = client, Level = level, MemoryLevel = memory }));

    private static bool Confirm(PerMessageDeflate extension, string answer)
    {
        ExtensionParameters.TryParseList(answer, out var list).ShouldBeTrue();
        bool confirmed = extension.TryConfirm(list[0], out var transform);
        transform?.Dispose();
        return confirmed;
    }

    /// <summary>The server's answer to a list of offers; null if it takes none.</summary>
    private static string? Negotiate(string offers, PerMessageDeflateOptions options)
    {
        ExtensionParameters.TryParseList(offers, out var list).ShouldBeTrue();
        var extension = new PerMessageDeflate(options);
        foreach (var offer in list.Where(o => o.Name == extension.Name))
        {
            if (!extension.TryAccept(offer, out var response, out var transform))
                continue;
            transform!.Dispose();
            return response.ToString();
        }

        return null;
    }
}
