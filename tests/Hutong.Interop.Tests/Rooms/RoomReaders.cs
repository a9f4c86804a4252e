using System.Net.ServerSentEvents;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Hutong.Interop.Rooms;

/// <summary>A client of the room that comes back whenever it is cut off, until it is told to stop.</summary>
internal abstract class RoomReader(int port) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<int> _numbers = [];
    private Task? _running;

    protected string Url => $"http://127.0.0.1:{port}/rt";

    protected CancellationToken Stopping => _stop.Token;

    /// <summary>The publications so far, in the order in which they came.</summary>
    public List<int> Numbers
    {
        get
        {
            lock (_numbers)
                return [.. _numbers];
        }
    }

    /// <summary>How often it connected.</summary>
    public int Connects { get; private set; }

    public void Start() => _running = RunAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_running is not null)
            await _running;
    }

    /// <summary>Connects and reads until it is cut off.</summary>
    protected abstract Task ReadAsync();

    protected void Take(JsonElement message)
    {
        if (message.GetProperty("type").GetString() == "ack" && message.TryGetProperty("payload", out var answer) && answer.TryGetProperty("missed", out var missed))
        {
            answer.GetProperty("recovered").GetBoolean().ShouldBeTrue();
            foreach (var one in missed.EnumerateArray())
                Take(one);
        }
        else if (message.GetProperty("type").GetString() == "n")
        {
            lock (_numbers)
                _numbers.Add(message.GetProperty("payload").GetInt32());
        }
    }

    private async Task RunAsync()
    {
        while (!Stopping.IsCancellationRequested)
        {
            try
            {
                Connects++;
                await ReadAsync();
            }
            catch (Exception e) when (e is IOException or WebSocketException or HttpRequestException or OperationCanceledException)
            {
                // Cut off.
            }
        }
    }
}

/// <summary>A raw WebSocket: joins again from the last position.</summary>
internal sealed class WebSocketReader(int port) : RoomReader(port)
{
    private string? _since;

    protected override async Task ReadAsync()
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("hutong.v1.json");
        await socket.ConnectAsync(new Uri(Url.Replace("http", "ws", StringComparison.Ordinal)), Stopping);
        string since = _since is null ? "" : $",\"since\":{_since}";
        await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"join","id":1,"room":"shared"{{since}}}"""), WebSocketMessageType.Text, endOfMessage: true, Stopping);
        byte[] buffer = new byte[1 << 20];
        while (true)
        {
            int length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(buffer.AsMemory(length), Stopping);
                length += result.Count;
            }
            while (!result.EndOfMessage);
            if (result.MessageType == WebSocketMessageType.Close)
                return;
            var message = JsonDocument.Parse(buffer.AsMemory(0, length)).RootElement;
            Take(message);
            if (message.TryGetProperty("epoch", out var epoch) && message.TryGetProperty("offset", out var offset))
                _since = $$"""{"epoch":"{{epoch.GetString()}}","offset":{{offset.GetInt64()}}}""";
        }
    }
}

/// <summary>What an <c>EventSource</c> does: comes back with the id of the last event.</summary>
internal sealed class SseReader(int port) : RoomReader(port)
{
    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private string? _lastEventId;

    protected override async Task ReadAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Url}/sse?room=shared");
        if (_lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", _lastEventId);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stopping);
        response.EnsureSuccessStatusCode();
        var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(Stopping));
        await foreach (var item in parser.EnumerateAsync(Stopping))
        {
            Take(JsonDocument.Parse(item.Data).RootElement);
            _lastEventId = parser.LastEventId;
        }
    }
}

/// <summary>A long-poller: says with each request what it has.</summary>
internal sealed class PollReader(int port) : RoomReader(port)
{
    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private string? _token;
    private long _ack;

    protected override async Task ReadAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url + (_token is null ? "/poll?room=shared" : "/poll"));
        if (_token is not null)
        {
            request.Headers.Add("Hutong-Session", _token);
            request.Headers.Add("Hutong-Ack", _ack.ToString());
        }

        using var response = await _client.SendAsync(request, Stopping);
        response.EnsureSuccessStatusCode();
        foreach (var message in JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stopping)).RootElement.EnumerateArray())
        {
            if (message.GetProperty("type").GetString() == "welcome")
                _token = message.GetProperty("payload").GetProperty("token").GetString();
            Take(message);
            _ack = message.GetProperty("seq").GetInt64();
        }
    }
}
