namespace Hutong.Protocol;

public class OpeningHandshakeClientTests
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static readonly HandshakeOffer Offer = new()
    {
        Subprotocols = ["chat", "superchat"],
        Extensions = [new NamedExtension("x-a"), new NamedExtension("x-b")],
    };

    [Fact]
    public void ComputeAccept_SampleOfTheRfc_IsAsPrinted() => OpeningHandshake.ComputeAccept(Key).ShouldBe(Accept);

    [Theory]
    [InlineData("")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ=")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ===")]
    [InlineData("éGhlIHNhbXBsZSBub25jZQ==")]
    public void ComputeAccept_NoKey_Throws(string key) => Should.Throw<ArgumentException>(() => OpeningHandshake.ComputeAccept(key));

    [Fact]
    public void CreateKey_EachTime_IsAnotherSixteenBytes()
    {
        string[] keys = [.. Enumerable.Range(0, 100).Select(_ => OpeningHandshake.CreateKey())];
        keys.Distinct(StringComparer.Ordinal).Count().ShouldBe(100);
        keys.ShouldAllBe(k => Convert.FromBase64String(k).Length == 16);
    }

    [Fact]
    public void CreateRequestHeaders_Offer_IsWhatTheServerAccepts()
    {
        string key = OpeningHandshake.CreateKey();
        var request = new HeaderText(OpeningHandshake.CreateRequestHeaders(key, Offer));
        request["Sec-WebSocket-Protocol"].ShouldBe("chat, superchat");
        request["Sec-WebSocket-Extensions"].ShouldBe("x-a; level=9, x-a, x-b; level=9, x-b");
        request["Sec-WebSocket-Version"].ShouldBe("13");

        var policy = new HandshakePolicy { Subprotocols = ["superchat"], Extensions = [new NamedExtension("x-b")] };
        var server = OpeningHandshake.CheckRequest(new HandshakeRequest("GET", true, "https://example.com", request), policy);
        server.Error.ShouldBeNull();
        var client = OpeningHandshake.CheckResponse(101, Response(("Sec-WebSocket-Accept", server.Accept), ("Sec-WebSocket-Protocol", server.Subprotocol), ("Sec-WebSocket-Extensions", "x-b; ok")), key, Offer);
        client.Error.ShouldBeNull();
        client.Subprotocol.ShouldBe("superchat");
        client.Extensions.ShouldBe("x-b; ok");
        client.Transform.ShouldNotBeNull();
    }

    [Fact]
    public void CreateRequestHeaders_EmptyOffer_NamesNeitherList()
    {
        var headers = new HeaderText(OpeningHandshake.CreateRequestHeaders(Key, new HandshakeOffer()));
        headers["Sec-WebSocket-Protocol"].ShouldBeNull();
        headers["Sec-WebSocket-Extensions"].ShouldBeNull();
        headers["Upgrade"].ShouldBe("websocket");
        headers["Connection"].ShouldBe("Upgrade");
        headers["Sec-WebSocket-Key"].ShouldBe(Key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("é")]
    [InlineData("a\r\nX: y")]
    public void CreateRequestHeaders_SubprotocolIsNoToken_Throws(string subprotocol) =>
        Should.Throw<ArgumentException>(() => OpeningHandshake.CreateRequestHeaders(Key, new HandshakeOffer { Subprotocols = [subprotocol] }));

    [Fact]
    public void CreateRequestHeaders_SubprotocolTwice_Throws()
    {
        Should.Throw<ArgumentException>(() => OpeningHandshake.CreateRequestHeaders(Key, new HandshakeOffer { Subprotocols = ["a", "a"] }));
        Should.NotThrow(() => OpeningHandshake.CreateRequestHeaders(Key, new HandshakeOffer { Subprotocols = ["a", "A"] }));
    }

    [Fact]
    public void CheckResponse_WhatWasAskedFor_IsAgreed()
    {
        var plain = Check();
        plain.Error.ShouldBeNull();
        (plain.Subprotocol, plain.Extensions, plain.Transform).ShouldBe((null, null, null));
        Check(("Sec-WebSocket-Protocol", " chat ")).Subprotocol.ShouldBe("chat");
        Check(("Upgrade", "WebSocket"), ("Connection", "keep-alive, upgrade"), ("Sec-WebSocket-Accept", $" {Accept} ")).Error.ShouldBeNull();
        Check(("Sec-WebSocket-Extensions", "x-a")).Transform.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("Upgrade", null, "invalid_upgrade")]
    [InlineData("Upgrade", "h2c", "invalid_upgrade")]
    [InlineData("Upgrade", "web\u017Focket", "invalid_upgrade")]
    [InlineData("Connection", null, "invalid_connection")]
    [InlineData("Connection", "close", "invalid_connection")]
    [InlineData("Sec-WebSocket-Accept", null, "invalid_accept")]
    [InlineData("Sec-WebSocket-Accept", "", "invalid_accept")]
    [InlineData("Sec-WebSocket-Accept", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "invalid_accept")]
    [InlineData("Sec-WebSocket-Accept", Key, "invalid_accept")]
    [InlineData("Sec-WebSocket-Protocol", "other", "unrequested_subprotocol")]
    [InlineData("Sec-WebSocket-Protocol", "Chat", "unrequested_subprotocol")]
    [InlineData("Sec-WebSocket-Protocol", "", "unrequested_subprotocol")]
    [InlineData("Sec-WebSocket-Protocol", "chat, superchat", "unrequested_subprotocol")]
    [InlineData("Sec-WebSocket-Extensions", "other", "unrequested_extension")]
    [InlineData("Sec-WebSocket-Extensions", "x-a; unknown", "unrequested_extension")]
    [InlineData("Sec-WebSocket-Extensions", "x-a; =", "unrequested_extension")]
    [InlineData("Sec-WebSocket-Extensions", "x-a, x-b", "unrequested_extension")]
    [InlineData("Sec-WebSocket-Extensions", "x-a, x-a", "unrequested_extension")]
    public void CheckResponse_HeaderWrong_HasItsError(string name, string? value, string error)
    {
        var result = Check((name, value));
        result.Error.ShouldNotBeNull().Code.ShouldBe(error);
        result.Transform.ShouldBeNull();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(426)]
    [InlineData(500)]
    public void CheckResponse_AnotherStatus_IsUnexpected(int status) =>
        OpeningHandshake.CheckResponse(status, Response(), Key, Offer).Error.ShouldBe(HandshakeError.UnexpectedStatus);

    [Fact]
    public void CheckResponse_NothingOffered_NothingMayBeChosen()
    {
        var nothing = new HandshakeOffer();
        OpeningHandshake.CheckResponse(101, Response(), Key, nothing).Error.ShouldBeNull();
        OpeningHandshake.CheckResponse(101, Response(("Sec-WebSocket-Protocol", "chat")), Key, nothing).Error.ShouldBe(HandshakeError.UnrequestedSubprotocol);
        OpeningHandshake.CheckResponse(101, Response(("Sec-WebSocket-Extensions", "x-a")), Key, nothing).Error.ShouldBe(HandshakeError.UnrequestedExtension);
    }

    private static HandshakeResult Check(params (string Name, string? Value)[] changes) =>
        OpeningHandshake.CheckResponse(101, Response(changes), Key, Offer);

    private static HeaderText Response(params (string Name, string? Value)[] changes)
    {
        var headers = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Upgrade"] = "websocket",
            ["Connection"] = "Upgrade",
            ["Sec-WebSocket-Accept"] = Accept,
        };
        foreach (var (name, value) in changes)
            headers[name] = value;
        return new HeaderText(headers.Where(h => h.Value is not null).Select(h => new KeyValuePair<string, string>(h.Key, h.Value!)));
    }
}
