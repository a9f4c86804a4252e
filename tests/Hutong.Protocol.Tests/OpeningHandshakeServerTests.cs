namespace Hutong.Protocol;

public class OpeningHandshakeServerTests
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Self = "https://example.com";

    public static TheoryData<string, string?, string> Refusals => new()
    {
        { "Upgrade", null, "invalid_upgrade" },
        { "Upgrade", "", "invalid_upgrade" },
        { "Upgrade", "h2c", "invalid_upgrade" },
        { "Upgrade", "web socket", "invalid_upgrade" },
        { "Upgrade", "websocket/13", "invalid_upgrade" },
        { "Upgrade", "web\u017Focket", "invalid_upgrade" }, // a long s is no s: the comparison is ASCII's
        { "Connection", null, "invalid_connection" },
        { "Connection", "keep-alive", "invalid_connection" },
        { "Connection", "Upgrades", "invalid_connection" },
        { "Connection", "keep-alive Upgrade", "invalid_connection" },
        { "Sec-WebSocket-Version", null, "version_missing" },
        { "Sec-WebSocket-Version", "", "unsupported_version" },
        { "Sec-WebSocket-Version", "8", "unsupported_version" },
        { "Sec-WebSocket-Version", "13, 8", "unsupported_version" },
        { "Sec-WebSocket-Version", "13, 13", "unsupported_version" },
        { "Sec-WebSocket-Version", "013", "unsupported_version" },
        { "Sec-WebSocket-Version", "14", "unsupported_version" },
        { "Sec-WebSocket-Key", null, "invalid_key" },
        { "Sec-WebSocket-Key", "", "invalid_key" },
        { "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAA", "invalid_key" }, // 15 bytes
        { "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAAA=", "invalid_key" }, // 17 bytes
        { "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAAAA", "invalid_key" }, // 18 bytes
        { "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ", "invalid_key" }, // no padding
        { "Sec-WebSocket-Key", "dGhlIHNhbXBs ZSBub25jZQ==", "invalid_key" },
        { "Sec-WebSocket-Key", "dGhlIHNhbXBs\tSBub25jZQ==", "invalid_key" },
        { "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZ===", "invalid_key" },
        { "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j-Q==", "invalid_key" }, // base64url
        { "Sec-WebSocket-Key", "é" + "GhlIHNhbXBsZSBub25jZQ==", "invalid_key" },
        { "Sec-WebSocket-Key", Key + ", " + Key, "invalid_key" },
        { "Origin", "https://evil.org", "origin_not_allowed" },
        { "Origin", "null", "origin_not_allowed" },
        { "Origin", "", "origin_not_allowed" },
        { "Origin", "https://example.com, https://example.com", "origin_not_allowed" },
        { "Sec-WebSocket-Protocol", "", "invalid_subprotocols" },
        { "Sec-WebSocket-Protocol", " , ,", "invalid_subprotocols" },
        { "Sec-WebSocket-Protocol", "chat, chat", "invalid_subprotocols" },
        { "Sec-WebSocket-Protocol", "chat, x, y, x", "invalid_subprotocols" },
        { "Sec-WebSocket-Protocol", "a b", "invalid_subprotocols" },
        { "Sec-WebSocket-Protocol", "chat, a/b", "invalid_subprotocols" },
        { "Sec-WebSocket-Protocol", "\"chat\"", "invalid_subprotocols" },
        { "Sec-WebSocket-Protocol", "é", "invalid_subprotocols" },
        { "Sec-WebSocket-Extensions", "", "invalid_extensions" },
        { "Sec-WebSocket-Extensions", "x-a; ", "invalid_extensions" },
        { "Sec-WebSocket-Extensions", "x-a y", "invalid_extensions" },
    };

    [Fact]
    public void CheckRequest_SampleOfTheRfc_IsAccepted()
    {
        var result = Check();
        result.Error.ShouldBeNull();
        result.Accept.ShouldBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        result.Subprotocol.ShouldBeNull();
        result.Extensions.ShouldBeNull();
        result.Transform.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void CheckRequest_HeaderWrong_HasItsError(string name, string? value, string error)
    {
        var result = Check((name, value));
        result.Error.ShouldNotBeNull().Code.ShouldBe(error);
        (result.Accept, result.Transform).ShouldBe((null, null));
    }

    [Theory]
    [InlineData("Upgrade", "WebSocket")]
    [InlineData("Upgrade", "WEBSOCKET")]
    [InlineData("Upgrade", "h2c, websocket")]
    [InlineData("Upgrade", " websocket ")]
    [InlineData("Connection", "upgrade")]
    [InlineData("Connection", "keep-alive, Upgrade")]
    [InlineData("Connection", "keep-alive,UPGRADE")]
    [InlineData("Connection", "\tUpgrade\t, close")]
    [InlineData("Connection", ",, Upgrade,")]
    [InlineData("Sec-WebSocket-Version", " 13 ")]
    [InlineData("Sec-WebSocket-Key", " " + Key + " ")]
    [InlineData("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEC==")] // the other sample of the RFC (§4.1)
    [InlineData("Origin", " https://example.com ")]
    [InlineData("Origin", "https://example.com:443")]
    [InlineData("Origin", null)]
    public void CheckRequest_HeaderInAnotherForm_IsAccepted(string name, string? value) => Check((name, value)).Error.ShouldBeNull();

    [Fact]
    public void CheckRequest_NotAGet_NotHttp11_NoUpgrade_HaveTheirErrors()
    {
        var headers = Headers();
        Judge(new("POST", true, Self, headers)).ShouldBe(HandshakeError.Method);
        Judge(new("get", true, Self, headers)).ShouldBe(HandshakeError.Method);
        Judge(new("GET", false, Self, headers)).ShouldBe(HandshakeError.HttpVersion);
        Judge(new("GET", true, Self, new HeaderText([]))).ShouldBe(HandshakeError.UpgradeRequired);
        Judge(new("GET", true, Self, Headers(("Upgrade", null), ("Sec-WebSocket-Key", null)))).ShouldBe(HandshakeError.Upgrade);

        static HandshakeError? Judge(HandshakeRequest request) => OpeningHandshake.CheckRequest(request, new HandshakePolicy()).Error;
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("superchat", "superchat")]
    [InlineData("superchat, chat", "superchat")]
    [InlineData("chat,superchat", "chat")]
    [InlineData("x, chat", "chat")]
    [InlineData("x, y", null)]
    [InlineData("Chat", null)]
    [InlineData(", chat ,", "chat")]
    public void CheckRequest_Subprotocols_TheClientsOrderDecides(string? offered, string? chosen)
    {
        var result = Check(new HandshakePolicy { Subprotocols = ["chat", "superchat"] }, ("Sec-WebSocket-Protocol", offered));
        result.Error.ShouldBeNull();
        result.Subprotocol.ShouldBe(chosen);
    }

    [Fact]
    public void CheckRequest_SixtyFiveSubprotocols_AreTooMany()
    {
        Check(("Sec-WebSocket-Protocol", string.Join(',', Enumerable.Range(0, 64)))).Error.ShouldBeNull();
        Check(("Sec-WebSocket-Protocol", string.Join(',', Enumerable.Range(0, 65)))).Error.ShouldBe(HandshakeError.Subprotocols);
    }

    [Fact]
    public void CheckRequest_LinesOfTheSameName_AreOneList()
    {
        var headers = new HeaderText(
        [
            new("upgrade", "websocket"), new("CONNECTION", "keep-alive"), new("Connection", "Upgrade"), new("sec-websocket-key", Key),
            new("Sec-Websocket-Version", "13"), new("Sec-WebSocket-Protocol", "x"), new("Sec-WebSocket-Protocol", "chat"),
        ]);
        var result = OpeningHandshake.CheckRequest(new("GET", true, Self, headers), new HandshakePolicy { Subprotocols = ["chat"] });
        result.Error.ShouldBeNull();
        result.Subprotocol.ShouldBe("chat");
    }

    [Theory]
    [InlineData("x-a", "x-a; ok")]
    [InlineData("x-a; level=9", "x-a; ok=level")]
    [InlineData("x-a; no, x-a; level", "x-a; ok=level")] // declined, then taken
    [InlineData("x-b, x-a", "x-b; ok")]
    [InlineData("x-a; no, x-b", "x-b; ok")]
    [InlineData("unknown, x-b; p=\"q\"", "x-b; ok=p")]
    [InlineData("unknown", null)]
    [InlineData("x-a; no", null)]
    [InlineData("x-a; no, x-b; no", null)]
    public void CheckRequest_Extensions_TheFirstOfferThatIsTakenIsAnswered(string offered, string? chosen)
    {
        var policy = new HandshakePolicy { Extensions = [new NamedExtension("x-a"), new NamedExtension("x-b")] };
        var result = Check(policy, ("Sec-WebSocket-Extensions", offered));
        result.Error.ShouldBeNull();
        result.Extensions.ShouldBe(chosen);
        (result.Transform is null).ShouldBe(chosen is null);
        Check(("Sec-WebSocket-Extensions", offered)).Extensions.ShouldBeNull();
    }

    [Fact]
    public void All_EachServerError_HasItsStatus()
    {
        HandshakeError.All.Select(e => e.Code).Distinct(StringComparer.Ordinal).Count().ShouldBe(HandshakeError.All.Count);
        HandshakeError.All.ShouldAllBe(e => e.StatusCode == 0 || (e.StatusCode >= 400 && e.StatusCode < 500));
        HandshakeError.Version.StatusCode.ShouldBe(426);
        HandshakeError.UpgradeRequired.StatusCode.ShouldBe(426);
        HandshakeError.Method.StatusCode.ShouldBe(405);
        HandshakeError.Origin.StatusCode.ShouldBe(403);
        HandshakeError.Key.StatusCode.ShouldBe(400);
        HandshakeError.Key.ToString().ShouldContain("invalid_key");
    }

    private static HandshakeResult Check(params (string Name, string? Value)[] changes) => Check(new HandshakePolicy(), changes);

    private static HandshakeResult Check(HandshakePolicy policy, params (string Name, string? Value)[] changes) =>
        OpeningHandshake.CheckRequest(new HandshakeRequest("GET", true, Self, Headers(changes)), policy);

    private static HeaderText Headers(params (string Name, string? Value)[] changes)
    {
        var headers = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Upgrade"] = "websocket",
            ["Connection"] = "Upgrade",
            ["Sec-WebSocket-Key"] = Key,
            ["Sec-WebSocket-Version"] = "13",
            ["Origin"] = Self,
        };
        foreach (var (name, value) in changes)
            headers[name] = value;
        return new HeaderText(headers.Where(h => h.Value is not null).Select(h => new KeyValuePair<string, string>(h.Key, h.Value!)));
    }
}
