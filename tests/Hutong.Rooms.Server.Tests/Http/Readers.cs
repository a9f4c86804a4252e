using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Hutong.Server.Tests.Support;

namespace Hutong.Rooms.Server.Http;

/// <summary>Reads a response that does not end: messages with their numbers.</summary>
internal abstract class StreamReading(HttpResponseMessage response) : IAsyncDisposable
{
    public HttpResponseMessage Response => response;

    public string Token { get; protected set; } = "";

    /// <summary>The next message; null at the end.</summary>
    public abstract Task<JsonElement?> TryReadAsync();

    public async Task<JsonElement> ReadAsync() => (await TryReadAsync()).ShouldNotBeNull("the response has ended");

    /// <summary>The next message, which is of this type.</summary>
    public async Task<JsonElement> ReadAsync(string type)
    {
        var message = await ReadAsync();
        message.Type().ShouldBe(type, message.ToString());
        return message;
    }

    /// <summary>The payloads of the next publications.</summary>
    public async Task<List<int>> ReadNumbersAsync(int count)
    {
        var numbers = new List<int>();
        while (numbers.Count < count)
            numbers.Add((await ReadAsync("n")).Payload().GetInt32());
        return numbers;
    }

    /// <summary>Reads the welcome, and what joining is answered with.</summary>
    public async Task WelcomeAsync(int joins = 1)
    {
        Token = (await ReadAsync("welcome")).Payload().GetProperty("token").GetString()!;
        for (int i = 0; i < joins; i++)
            await ReadAsync("ack");
    }

    public virtual ValueTask DisposeAsync()
    {
        // With the response its connection is cut, or its stream reset.
        response.Dispose();
        return default;
    }
}

internal sealed class SseReading : StreamReading
{
    private readonly IAsyncEnumerator<SseItem<string>> _items;
    private readonly SseParser<string> _parser;

    private SseReading(HttpResponseMessage response, Stream stream)
        : base(response)
    {
        _parser = SseParser.Create(stream);
        _items = _parser.EnumerateAsync(Patience.Token()).GetAsyncEnumerator();
    }

    public string LastEventId => _parser.LastEventId;

    public TimeSpan Retry => _parser.ReconnectionInterval;

    public static async Task<SseReading> OpenAsync(RoomsApp app, string query = "?room=chat:1", string? lastEventId = null, params (string, string)[] headers)
    {
        if (lastEventId is not null)
            headers = [.. headers, ("Last-Event-ID", lastEventId)];
        var response = await app.AskAsync(HttpMethod.Get, "/sse" + query, body: null, headers);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, response.StatusCode == HttpStatusCode.OK ? "" : await response.Content.ReadAsStringAsync());
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new SseReading(response, await response.Content.ReadAsStreamAsync());
    }

    public override async Task<JsonElement?> TryReadAsync() =>
        await _items.MoveNextAsync() ? JsonDocument.Parse(_items.Current.Data).RootElement : null;
}

internal sealed class LineReading : StreamReading
{
    private readonly StreamReader _reader;

    private LineReading(HttpResponseMessage response, Stream stream)
        : base(response) => _reader = new StreamReader(stream);

    public long Seq { get; private set; }

    /// <summary>How many empty lines there were.</summary>
    public int Heartbeats { get; private set; }

    public static async Task<LineReading> OpenAsync(RoomsApp app, string query = "?room=chat:1", string? token = null, long? ack = null)
    {
        var headers = new List<(string, string)>();
        if (token is not null)
            headers.Add(("Hutong-Session", token));
        if (ack is { } number)
            headers.Add(("Hutong-Ack", number.ToString()));
        var response = await app.AskAsync(HttpMethod.Get, "/stream" + query, body: null, [.. headers]);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, response.StatusCode == HttpStatusCode.OK ? "" : await response.Content.ReadAsStringAsync());
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        return new LineReading(response, await response.Content.ReadAsStreamAsync());
    }

    public override async Task<JsonElement?> TryReadAsync()
    {
        while (await _reader.ReadLineAsync(Patience.Token()) is { } line)
        {
            if (line.Length == 0)
            {
                Heartbeats++;
                continue;
            }

            var message = JsonDocument.Parse(line).RootElement;
            Seq = message.GetProperty("seq").GetInt64();
            return message;
        }

        return null;
    }
}

/// <summary>Polls, and says what it has received.</summary>
internal sealed class Poller(RoomsApp app)
{
    public string Token { get; set; } = "";

    public long Ack { get; set; }

    public async Task<List<JsonElement>> BeginAsync(string query = "?room=chat:1", params (string, string)[] headers)
    {
        using var response = await app.AskAsync(HttpMethod.Get, "/poll" + query, body: null, headers);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var messages = await ReadAsync(response);
        messages[0].Type().ShouldBe("welcome");
        Token = messages[0].Payload().GetProperty("token").GetString()!;
        return messages[1..];
    }

    public Task<HttpResponseMessage> AskAsync(string query = "", params (string, string)[] headers) =>
        app.AskAsync(HttpMethod.Get, "/poll" + query, body: null, [("Hutong-Session", Token), ("Hutong-Ack", Ack.ToString()), .. headers]);

    public async Task<List<JsonElement>> PollAsync(string query = "")
    {
        using var response = await AskAsync(query);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await ReadAsync(response);
    }

    /// <summary>Polls until so many publications have come.</summary>
    public async Task<List<int>> PollNumbersAsync(int count)
    {
        var numbers = new List<int>();
        while (numbers.Count < count)
            numbers.AddRange((await PollAsync()).Where(m => m.Type() == "n").Select(m => m.Payload().GetInt32()));
        return numbers;
    }

    private async Task<List<JsonElement>> ReadAsync(HttpResponseMessage response)
    {
        List<JsonElement> messages = [.. (await response.JsonAsync()).EnumerateArray()];
        if (messages.Count > 0)
            Ack = messages[^1].GetProperty("seq").GetInt64();
        return messages;
    }
}
