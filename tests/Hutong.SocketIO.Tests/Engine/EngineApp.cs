using System.Net;
using System.Text;
using System.Text.Json;
using Hutong.Server.Tests.Support;
using Hutong.SocketIO.Internal.Engine;
using Hutong.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hutong.SocketIO.Tests.Engine;

/// <summary>An app with Engine.IO at <c>/engine.io/</c> on a real Kestrel, whose sessions live in virtual time and which notes all that happens to them.</summary>
internal sealed class EngineApp : IAsyncDisposable
{
    private EngineApp(ManualTimeProvider time) => Time = time;

    public TestApp App { get; private set; } = null!;

    public EngineServer Server { get; private set; } = null!;

    public ManualTimeProvider Time { get; }

    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseCookies = false, AutomaticDecompression = DecompressionMethods.None })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The version of HTTP that requests have.</summary>
    public Version Version { get; set; } = HttpVersion.Version11;

    /// <summary>The sessions in the order in which they began.</summary>
    public Recorder<EngineSocket> Sockets { get; } = new();

    /// <summary>What happened: <c>open</c>, <c>text …</c>, <c>bytes …</c>, <c>upgrade</c>, <c>close reason</c>.</summary>
    public Recorder<string> Events { get; } = new();

    public string Url => $"http://127.0.0.1:{App.Port}/engine.io/";

    /// <summary>Starts it; without any word it sends every message back.</summary>
    public static async Task<EngineApp> StartAsync(
        EngineOptions? options = null, Action<EngineSocket>? onConnection = null, Action<WebApplicationBuilder>? configure = null,
        Action<WebApplication>? before = null, Action<IEndpointConventionBuilder>? conventions = null, string pattern = "/engine.io/")
    {
        var time = new ManualTimeProvider();
        var engine = new EngineApp(time);
        onConnection ??= Echo;
        engine.App = await TestApp.StartAsync(
            app =>
            {
                before?.Invoke(app);
                engine.Server = new EngineServer(app.Services, pattern, (options ?? new EngineOptions()) with { TimeProvider = time }, socket =>
                {
                    onConnection(socket);
                    engine.Note(socket);
                    return default;
                });
                var mapped = app.Map(pattern, (RequestDelegate)engine.Server.HandleAsync);
                conventions?.Invoke(mapped);
            },
            configure);
        return engine;
    }

    public static void Echo(EngineSocket socket) => socket.OnMessage = static async (socket, message) =>
        await socket.SendAsync(message.IsText ? EngineMessage.Text(message.Data) : EngineMessage.Binary(message.Data));

    public static string Polling(string? sid = null) => "?EIO=4&transport=polling" + (sid is null ? "" : $"&sid={sid}");

    public static string WebSocket(string? sid = null) => "/engine.io/?EIO=4&transport=websocket" + (sid is null ? "" : $"&sid={sid}");

    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string query, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Url + query) { Version = Version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "text/plain");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request, Patience.Token());
    }

    /// <summary>Opens a session that polls.</summary>
    public async Task<string> OpenAsync(params (string Name, string Value)[] headers)
    {
        using var response = await AskAsync(HttpMethod.Get, Polling(), null, headers);
        string body = await response.Content.ReadAsStringAsync(Patience.Token());
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        body[0].ShouldBe('0');
        return JsonDocument.Parse(body[1..]).RootElement.GetProperty("sid").GetString()!;
    }

    public async Task<string> PollAsync(string sid, params (string Name, string Value)[] headers)
    {
        using var response = await AskAsync(HttpMethod.Get, Polling(sid), null, headers);
        string body = await response.Content.ReadAsStringAsync(Patience.Token());
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return body;
    }

    /// <summary>A poll that is known to wait at the server.</summary>
    public async Task<Task<string>> ParkAsync(string sid)
    {
        var socket = Sockets.Items.Single(s => s.Id == sid);
        var poll = PollAsync(sid);
        await Patience.UntilAsync(() => socket.IsWritable, "a waiting poll");
        return poll;
    }

    public async Task PostAsync(string sid, string body)
    {
        using var response = await AskAsync(HttpMethod.Post, Polling(sid), body);
        (await response.Content.ReadAsStringAsync(Patience.Token())).ShouldBe("ok");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Closes from the client's side while it does not poll: a GET might be on its way, so that takes a moment.</summary>
    public async Task PostCloseAsync(string sid, string body = "1")
    {
        var post = PostAsync(sid, body);
        await Patience.UntilAsync(
            () =>
            {
                Time.Advance(TimeSpan.FromMilliseconds(10));
                return post.IsCompleted;
            },
            "the end of the POST");
        await post;
    }

    /// <summary>Expects that a request is refused, with one of the protocol's codes.</summary>
    public async Task RefusesAsync(HttpMethod method, string query, int code, string message, string? body = null, params (string Name, string Value)[] headers)
    {
        using var response = await AskAsync(method, query, body, headers);
        string answer = await response.Content.ReadAsStringAsync(Patience.Token());
        response.StatusCode.ShouldBe(code == 4 ? HttpStatusCode.Forbidden : HttpStatusCode.BadRequest, answer);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
        answer.ShouldBe($$"""{"code":{{code}},"message":"{{message}}"}""");
    }

    /// <summary>Expects that nothing is left of a session.</summary>
    public Task RefusesPollAsync(string sid) => RefusesAsync(HttpMethod.Get, Polling(sid), 1, "Session ID unknown");

    /// <summary>Opens a WebSocket; without a sid it reads the open packet too.</summary>
    public async Task<WirePeer> OpenWebSocketAsync(string? sid = null, params string[] changes)
    {
        var peer = await WirePeer.OpenAsync(App.Port, WebSocket(sid), changes: changes);
        if (sid is null)
            (await peer.ReadFrameAsync()).Text[0].ShouldBe('0');
        return peer;
    }

    /// <summary>Moves a session to a WebSocket.</summary>
    public async Task<WirePeer> UpgradeAsync(string sid)
    {
        var peer = await ProbeAsync(sid);
        await peer.SendTextAsync("5");
        await Patience.UntilAsync(() => Sockets.Items.Single(s => s.Id == sid).Direct is not null, "the upgrade");
        return peer;
    }

    /// <summary>Opens a WebSocket for a session and probes it.</summary>
    public async Task<WirePeer> ProbeAsync(string sid)
    {
        var peer = await OpenWebSocketAsync(sid);
        await peer.SendTextAsync("2probe");
        await peer.ExpectTextAsync("3probe");
        return peer;
    }

    public Task ClosesAsync(string reason) => Events.WaitForAsync(e => e == $"close {reason}", $"close {reason}");

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        Client.Dispose();
        // Whoever began has ended, and nothing waits for ever.
        Server.Count.ShouldBe(0);
        await Events.WaitAsync(events => events.Count(e => e == "open") == events.Count(e => e.StartsWith("close ", StringComparison.Ordinal)), "the end of each session");
        // The connections' common timer finds out that nobody needs it when it ticks.
        Time.Advance(TimeSpan.FromSeconds(1));
        Time.ActiveTimers.ShouldBe(0);
    }

    private void Note(EngineSocket socket)
    {
        Events.Add("open");
        var inner = socket.OnMessage;
        socket.OnMessage = async (socket, message) =>
        {
            Events.Add(message.IsText ? $"text {message.Text}" : $"bytes {Convert.ToHexString(message.Data.Span)}");
            if (inner is not null)
                await inner(socket, message);
        };
        socket.OnUpgrade += _ => Events.Add("upgrade");
        socket.OnClose += (_, reason) => Events.Add($"close {reason}");
        Sockets.Add(socket);
    }
}
