using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hutong.Showcase;

/// <summary>Somebody who uses the site without a pause: what a person does in a minute takes it some milliseconds.</summary>
internal sealed partial class Visitor(Server server, HttpClient http, int number)
{
    private static readonly string[] Symbols = ["AAPL", "GOOGL", "MSFT", "NVDA", "BABA", "LARA", "COPO"];

    // A PNG by its first bytes, as large as a small photograph.
    private static readonly byte[] Image = [0x89, (byte)'P', (byte)'N', (byte)'G', .. new byte[30_000]];

    private readonly string _name = $"Visitor {number}";
    private Peer? _peer;
    private int _lastId;
    private string _since = "";

    /// <summary>What it has sent, all in all.</summary>
    public int Requests { get; private set; }

    /// <summary>How often it has begun a connection.</summary>
    public int Connections { get; private set; }

    /// <summary>Lives through some minutes, and goes.</summary>
    public async Task LiveAsync(int from, int to)
    {
        for (int minute = from; minute < to; minute++)
        {
            // Each at another time, or all would come and go at once.
            int moment = minute + number;
            if (_peer is null || moment % 2 == 0)
                await ReconnectAsync();
            await TalkAsync(minute);
            await LookAroundAsync();
            if (moment % 5 == 0)
                await PlayAsync();
            if (moment % 5 == 1)
                await UseGuidesAsync();
            if (moment % 10 == 2)
                await SendImageAsync(minute);
            await ReadOtherwiseAsync();
        }

        _peer?.Dispose();
        _peer = null;
    }

    /// <summary>The line breaks without a goodbye; the next one goes on from where it was.</summary>
    private async Task ReconnectAsync()
    {
        _peer?.Dispose();
        _peer = await ConnectAsync("/rt", "hutong.v1.json");
        await JoinAsync("chat:lobby", $$""","info":{"name":"{{_name}}","key":"key of {{_name}}"}{{_since}}""");
        await JoinAsync($"inbox:{_name}");
    }

    private async Task TalkAsync(int minute)
    {
        for (int i = 0; i < 10; i++)
        {
            await AskAsync("typing", "chat:lobby", "null");
            string id = $"{number}-{minute}-{i}";
            var ack = await AskAsync("chat_message", "chat:lobby", $$"""{"content":"What {{_name}} has to say, {{id}}"}""", id);
            _since = $$""","since":{"epoch":"{{ack.GetProperty("epoch").GetString()}}","offset":{{ack.GetProperty("offset").GetInt64()}}}""";
            if (i % 3 == 0)
                await AskAsync("chat_reaction", "chat:lobby", $$"""{"of":"{{id}}","emoji":"🎉","on":true}""");
            if (i % 5 == 0)
                await AskAsync("chat_edit", "chat:lobby", $$"""{"of":"{{id}}","content":"What {{_name}} meant"}""");
        }

        await AskAsync("notify", null, $$"""{"to":"Visitor {{(number + 1) % 12}}","from":"{{_name}}","title":"Minute {{minute}}","message":"has passed","level":"info"}""");
    }

    /// <summary>From page to page: what one shows is joined, and left for the next.</summary>
    private async Task LookAroundAsync()
    {
        string[] rooms = ["market", .. Symbols.Select(s => $"ticker:{s}"), "metrics", "lab"];
        foreach (string room in rooms)
            await JoinAsync(room);
        await AskAsync("presence", "chat:lobby", "null");
        await AskAsync("history", "chat:lobby", """{"limit":20}""");
        foreach (string room in rooms)
            await AskAsync("leave", room, "null");
    }

    private async Task PlayAsync()
    {
        await JoinAsync("arena", $$""","info":{"name":"{{_name}}"}""");
        await AskAsync("game_me", null, "null");
        for (int i = 0; i < 20; i++)
            await AskAsync("move", "arena", $$"""{"x":{{(i % 3) - 1}},"y":{{(i % 2)}},"n":{{i}}}""");
        await AskAsync("leave", "arena", "null");
    }

    private async Task UseGuidesAsync()
    {
        using (var chat = await ConnectAsync("/seeds/chat"))
        {
            await chat.SayAsync($$"""{"type":"join","username":"{{_name}}"}""");
            await chat.SayAsync("""{"type":"message","content":"by a guide's client"}""");
            await chat.HearAsync(m => m.TryGetProperty("content", out var content) && content.ValueEquals("by a guide's client"));
            await chat.LeaveAsync();
        }

        using (var stocks = await ConnectAsync("/seeds/stocks"))
        {
            await stocks.SayAsync("""{"type":"subscribe","symbol":"AAPL"}""");
            await stocks.HearAsync("price");
        }

        using (var docs = await ConnectAsync($"/seeds/docs?doc={number}"))
        {
            await docs.HearAsync("sync");
            await docs.SayAsync("""{"type":"edit","position":1,"content":"A text"}""");
        }

        using (var game = await ConnectAsync("/seeds/game"))
            await game.HearAsync("init");
        using (var notices = await ConnectAsync($"/seeds/notifications?userId={number}"))
            await notices.LeaveAsync();
        using (var echo = await ConnectAsync("/seeds/echo?token=good"))
            await echo.HearAsync("auth_success");
    }

    private async Task SendImageAsync(int minute)
    {
        using var upload = await ConnectAsync("/chat/upload");
        await upload.SayAsync($$"""{"room":"chat:lobby","name":"{{_name}}","key":"key of {{_name}}","id":"i{{number}}-{{minute}}","size":{{Image.Length}}}""");
        for (int at = 0; at < Image.Length; at += 16 << 10)
            await upload.SayAsync(Image[at..Math.Min(Image.Length, at + (16 << 10))]);
        await upload.HearAsync(m => m.TryGetProperty("id", out _));
    }

    /// <summary>Without a WebSocket: a poll, a long poll and events whose sessions are ended, a walk, a page.</summary>
    private async Task ReadOtherwiseAsync()
    {
        foreach (string path in (string[])["/rt/rooms/lab", "/lab/server", "/dashboard/hour", "/ticker/candles/AAPL", "/chat"])
            (await http.GetAsync(path)).EnsureSuccessStatusCode();
        foreach (string path in (string[])["/rt/poll?room=lab&wait=0", "/rt/sse?room=metrics"])
        {
            using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            string? line;
            do
                line = await reader.ReadLineAsync();
            while (line is not null && !line.Contains("\"token\"", StringComparison.Ordinal));
            using var done = new HttpRequestMessage(HttpMethod.Delete, "/rt/session");
            done.Headers.Add("Hutong-Session", Token().Match(line!).Groups["token"].Value);
            (await http.SendAsync(done)).EnsureSuccessStatusCode();
        }

        using var walk = await http.PostAsync("/frames/walk", new StringContent("""{"text":"a walk","pieces":2,"reason":"bye"}""", null, "application/json"));
        walk.EnsureSuccessStatusCode();
        Requests += 10;
    }

    private Task<JsonElement> JoinAsync(string room, string more = "") => AskAsync("join", room, null, more: more);

    /// <summary>Sends something with an id, and reads on until it has been done.</summary>
    private async Task<JsonElement> AskAsync(string type, string? room, string? payload, string? id = null, string more = "")
    {
        Requests++;
        id ??= (++_lastId).ToString(CultureInfo.InvariantCulture);
        string where = room is null ? "" : $$""","room":"{{room}}" """;
        string what = payload is null ? "" : $$""","payload":{{payload}}""";
        await _peer!.SayAsync($$"""{"type":"{{type}}","id":"{{id}}"{{where}}{{what}}{{more}}}""");
        var answer = await _peer.HearAsync(m => Is(m, "id", id) && (Is(m, "type", "ack") || Is(m, "type", "error")));
        return Is(answer, "type", "ack") ? answer : throw new InvalidOperationException($"{type}: {answer}");
    }

    private Task<Peer> ConnectAsync(string path, params string[] subprotocols)
    {
        Connections++;
        return Peer.ConnectAsync(server, path, subprotocols);
    }

    private static bool Is(JsonElement json, string name, string value) => json.TryGetProperty(name, out var given) && given.ValueKind == JsonValueKind.String && given.ValueEquals(value);

    [GeneratedRegex("\"token\":\"(?<token>[^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
