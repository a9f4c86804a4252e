using Hutong.Server.Internal;

namespace Hutong.Server.Tests;

public class ListenAddressTests
{
    [Theory]
    [InlineData("ws://localhost:8080", false, false, "localhost", 8080, "/{**path}")]
    [InlineData("ws://localhost", false, false, "localhost", 80, "/{**path}")]
    [InlineData("wss://localhost", true, false, "localhost", 443, "/{**path}")]
    [InlineData("ws://localhost:0/", false, false, "localhost", 0, "/{**path}")]
    [InlineData("ws://127.0.0.1:0/chat", false, false, "127.0.0.1", 0, "/chat")]
    [InlineData("ws://[::1]:81/chat/room", false, false, "[::1]", 81, "/chat/room")]
    [InlineData("http://0.0.0.0:5000", false, false, "0.0.0.0", 5000, "/{**path}")]
    [InlineData("https://0.0.0.0:5000/a", true, false, "0.0.0.0", 5000, "/a")]
    [InlineData("WS://LOCALHOST:1", false, false, "localhost", 1, "/{**path}")]
    [InlineData("ws://*:8080", false, true, "0.0.0.0", 8080, "/{**path}")]
    [InlineData("ws://+:8080/x", false, true, "0.0.0.0", 8080, "/x")]
    [InlineData("ws://*", false, true, "0.0.0.0", 80, "/{**path}")]
    [InlineData("wss://*/", true, true, "0.0.0.0", 443, "/{**path}")]
    [InlineData("ws://localhost:0/a//*b", false, false, "localhost", 0, null)]
    [InlineData("ws://localhost:0/with%20space", false, false, "localhost", 0, "/with space")]
    [InlineData("ws://localhost:0/rooms/{room}", false, false, "localhost", 0, "/rooms/{room}")]
    public void Parse_Address_IsUnderstood(string url, bool secure, bool all, string host, int port, string? route)
    {
        if (route is null)
        {
            // A star in the path is none for the host: this must not be opened to the world, and double slashes are no route.
            Should.Throw<ArgumentException>(() => ListenAddress.Parse(url, hasCertificate: false));
            return;
        }

        var address = ListenAddress.Parse(url, hasCertificate: secure);
        (address.IsSecure, address.AllInterfaces, address.Url.Host, address.Url.Port, address.Route).ShouldBe((secure, all, host, port, route));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:8080")]
    [InlineData("/chat")]
    [InlineData("ftp://localhost")]
    [InlineData("ws://")]
    [InlineData("ws://localhost:99999")]
    [InlineData("ws://localhost:port")]
    [InlineData("ws://localhost:1/?token=x")]
    [InlineData("ws://localhost:1/#here")]
    [InlineData("ws://user@localhost:1")]
    [InlineData("ws://example.com:80")]
    [InlineData("ws://*.example.com:80")]
    [InlineData("ws://*x:80")]
    [InlineData("wss://localhost:1")]
    [InlineData("https://localhost:1")]
    [InlineData("ws://localhost:1/{")]
    [InlineData("ws://localhost:1/{a}/{a}")]
    public void Parse_WhatIsNoAddressToListenOn_Throws(string url)
    {
        var thrown = Should.Throw<ArgumentException>(() => ListenAddress.Parse(url, hasCertificate: false));
        thrown.ParamName.ShouldBe("url");
        thrown.Message.ShouldContain($"'{url}'");
    }

    [Theory]
    [InlineData("ws://127.0.0.1:0", "http://127.0.0.1:4711", "ws://127.0.0.1:4711/")]
    [InlineData("ws://localhost:0/chat", "http://127.0.0.1:4711", "ws://localhost:4711/chat")]
    [InlineData("ws://*:0", "http://[::]:4711", "ws://0.0.0.0:4711/")]
    [InlineData("https://[::1]:0", "https://[::1]:4711", "wss://[::1]:4711/")]
    [InlineData("http://127.0.0.1:80", "http://127.0.0.1:80", "ws://127.0.0.1/")]
    public void WithPortOf_TheServersOwnAddresses_IsWhereClientsConnect(string url, string bound, string expected) =>
        ListenAddress.Parse(url, hasCertificate: true).WithPortOf([bound]).ToString().ShouldBe(expected);
}
