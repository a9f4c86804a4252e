using System.Text.Json;
using Hutong.Connections;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Quickstart.Chat;

namespace Hutong.Server.Tests.Quickstart;

public class ChatRoomTests
{
    [Fact]
    public async Task Join_OfTwo_WelcomesTheOneAndAnnouncesIt()
    {
        await using var app = await StartAsync();
        await using var ada = await JoinAsync(app, "Ada", "c1", expectedUsers: ["Ada"]);
        await using var bob = await JoinAsync(app, "Bob", "c2", expectedUsers: ["Ada", "Bob"]);

        var joined = await ReadAsync(ada, "user_join");
        Name(joined.GetProperty("user")).ShouldBe("Bob");
        joined.GetProperty("users").EnumerateArray().Select(Name).ShouldBe(["Ada", "Bob"]);

        await SendAsync(bob, "chat_message", "m1", ("content", "  hello  "));
        foreach (var peer in (WirePeer[])[ada, bob])
        {
            var said = await ReadEnvelopeAsync(peer);
            said.GetProperty("type").GetString().ShouldBe("chat_message");
            said.GetProperty("id").GetString().ShouldBe("m1");
            said.GetProperty("payload").GetProperty("content").GetString().ShouldBe("hello");
            Name(said.GetProperty("payload").GetProperty("from")).ShouldBe("Bob");
        }

        await SendAsync(bob, "typing");
        Name((await ReadAsync(ada, "typing")).GetProperty("user")).ShouldBe("Bob");
        await bob.CloseAsync();
        Name((await ReadAsync(ada, "user_leave")).GetProperty("user")).ShouldBe("Bob");
        await ada.CloseAsync();
    }

    [Fact]
    public async Task Join_OfOneBrowserTwice_IsOnePerson()
    {
        await using var app = await StartAsync();
        await using var tab = await JoinAsync(app, "Ada", "same", expectedUsers: ["Ada"]);
        await using var other = await JoinAsync(app, "Ada", "same", expectedUsers: ["Ada"]);
        await SendAsync(other, "join", null, ("name", "Again"));
        await ExpectErrorAsync(other, "already_joined");
        await other.CloseAsync();
    }

    [Fact]
    public async Task Message_SentAgain_IsSaidOnceAndReceiptedTwice()
    {
        await using var app = await StartAsync();
        await using var ada = await JoinAsync(app, "Ada", "c1");
        await using var bob = await JoinAsync(app, "Bob", "c2");
        await ReadAsync(ada, "user_join");
        await SendAsync(bob, "chat_message", "m1", ("content", "once"));
        await ReadAsync(bob, "chat_message");
        await SendAsync(bob, "chat_message", "m1", ("content", "once"));
        await ReadAsync(bob, "chat_message");
        // Another's message by the same id is its own.
        await SendAsync(ada, "chat_message", "m1", ("content", "mine"));
        (await ReadAsync(ada, "chat_message")).GetProperty("content").GetString().ShouldBe("once");
        (await ReadAsync(ada, "chat_message")).GetProperty("content").GetString().ShouldBe("mine");
    }

    [Theory]
    [InlineData("no json", "bad_message")]
    [InlineData("[]", "bad_message")]
    [InlineData("null", "bad_message")]
    [InlineData("7", "bad_message")]
    [InlineData("{}", "bad_message")]
    [InlineData("{\"type\":\"\"}", "bad_message")]
    [InlineData("{\"type\":7}", "bad_message")]
    [InlineData("{\"type\":\"x\",\"id\":\"01234567890123456789012345678901234567890123456789012345678901234\"}", "bad_message")]
    [InlineData("{\"type\":\"nothing\"}", "unknown_type")]
    [InlineData("{\"type\":\"chat_message\"}", "bad_content")]
    [InlineData("{\"type\":\"chat_message\",\"payload\":\"x\"}", "bad_content")]
    [InlineData("{\"type\":\"chat_message\",\"payload\":{\"content\":\"   \"}}", "bad_content")]
    [InlineData("{\"type\":\"chat_message\",\"payload\":{\"content\":7}}", "bad_content")]
    [InlineData("{\"type\":\"chat_message\",\"payload\":{\"content\":\"\\ud800\"}}", "bad_content")]
    [InlineData("{\"type\":\"chat_message\",\"payload\":{\"\\ud800ontent\":\"x\"}}", "bad_content")]
    [InlineData("{\"type\":\"\\ud800\"}", "bad_message")]
    [InlineData("{\"type\":\"chat_message\",\"id\":\"\\ud800\"}", "bad_message")]
    public async Task Message_ThatIsNone_IsAnErrorAndTheConnectionLives(string text, string code)
    {
        await using var app = await StartAsync();
        await using var ada = await JoinAsync(app, "Ada", "c1");
        await ada.SendTextAsync(text);
        await ExpectErrorAsync(ada, code);
        await SendAsync(ada, "chat_message", "m", ("content", "still here"));
        await ReadAsync(ada, "chat_message");
        await ada.CloseAsync();
    }

    [Fact]
    public async Task Message_BeforeJoining_IsAnError()
    {
        await using var app = await StartAsync();
        await using var peer = await app.OpenAsync("/chat");
        await SendAsync(peer, "chat_message", "m", ("content", "too early"));
        await ExpectErrorAsync(peer, "not_joined");
        await peer.SendFrameAsync(2, "{}"u8.ToArray());
        await ExpectErrorAsync(peer, "bad_message");
        await peer.CloseAsync();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(32, true)]
    [InlineData(33, false)]
    [InlineData(0, false)]
    public async Task Join_Name_HasLimits(int length, bool good)
    {
        await using var app = await StartAsync();
        await using var peer = await app.OpenAsync("/chat");
        await SendAsync(peer, "join", "j", ("name", new string('n', length)));
        if (good)
        {
            await ReadAsync(peer, "welcome");
            await peer.CloseAsync();
            return;
        }

        await ExpectErrorAsync(peer, "bad_name");
        await peer.ExpectCloseAsync(1008);
        await peer.AnswerCloseAsync(1008);
    }

    [Fact]
    public async Task Message_OfTooManyAtOnce_IsTooFast()
    {
        await using var app = await StartAsync();
        await using var ada = await JoinAsync(app, "Ada", "c1");
        int sent = 0;
        string type;
        do
        {
            await SendAsync(ada, "chat_message", $"m{sent++}", ("content", "quick"));
            type = (await ReadEnvelopeAsync(ada)).GetProperty("type").GetString()!;
        }
        while (type == "chat_message" && sent < 1000);
        type.ShouldBe("error");
        // A hundred, and what a slow machine is granted meanwhile.
        sent.ShouldBeGreaterThan(100);
        await ada.CloseAsync();
    }

    [Fact]
    public async Task Welcome_HasTheLast50Messages()
    {
        await using var app = await StartAsync();
        await using var ada = await JoinAsync(app, "Ada", "c1");
        for (int i = 0; i < 60; i++)
        {
            await SendAsync(ada, "chat_message", $"m{i}", ("content", $"message {i}"));
            await ReadAsync(ada, "chat_message");
        }

        await using var bob = await app.OpenAsync("/chat");
        await SendAsync(bob, "join", null, ("name", "Bob"));
        var recent = (await ReadAsync(bob, "welcome")).GetProperty("recent").EnumerateArray().ToList();
        recent.Select(s => s.GetProperty("content").GetString()).ShouldBe(Enumerable.Range(10, 50).Select(i => $"message {i}"));
    }

    static Task<TestApp> StartAsync() => TestApp.StartAsync(a => a.MapWebSocket("/chat", new ChatRoom().TalkAsync, new WebSocketEndpointOptions
    {
        Connection = new ConnectionOptions { MaxMessageSize = 64 * 1024, SendQueuePolicy = SendQueuePolicy.Disconnect, AnswerHeartbeats = true },
    }));

    static async Task<WirePeer> JoinAsync(TestApp app, string name, string clientId, string[]? expectedUsers = null)
    {
        var peer = await app.OpenAsync("/chat");
        await SendAsync(peer, "join", null, ("name", name), ("clientId", clientId));
        var welcome = await ReadAsync(peer, "welcome");
        Name(welcome.GetProperty("you")).ShouldBe(name);
        (welcome.GetProperty("you").GetProperty("id").GetString() == clientId).ShouldBeFalse();
        if (expectedUsers is not null)
            welcome.GetProperty("users").EnumerateArray().Select(Name).ShouldBe(expectedUsers);
        return peer;
    }

    static string? Name(JsonElement person) => person.GetProperty("name").GetString();

    static Task SendAsync(WirePeer peer, string type, string? id = null, params (string Name, string Value)[] payload) => peer.SendTextAsync(
        JsonSerializer.Serialize(new { type, id, payload = payload.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal) }));

    static async Task<JsonElement> ReadEnvelopeAsync(WirePeer peer) => JsonDocument.Parse((await peer.ReadFrameAsync()).Text).RootElement;

    static async Task<JsonElement> ReadAsync(WirePeer peer, string type)
    {
        var envelope = await ReadEnvelopeAsync(peer);
        envelope.GetProperty("type").GetString().ShouldBe(type, envelope.ToString());
        return envelope.GetProperty("payload");
    }

    static async Task ExpectErrorAsync(WirePeer peer, string code) => (await ReadAsync(peer, "error")).GetProperty("code").GetString().ShouldBe(code);
}
