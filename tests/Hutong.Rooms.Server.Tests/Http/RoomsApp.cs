using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hutong.Server;
using Hutong.Server.Tests.Support;
using Hutong.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Rooms.Server.Http;

/// <summary>An app with rooms at <c>/rt</c> on a real Kestrel, whose rooms live in virtual time.</summary>
internal sealed class RoomsApp : IAsyncDisposable
{
    private RoomsApp(TestApp app, ManualTimeProvider time, Version version)
    {
        App = app;
        Time = time;
        Client = NewClient(version);
    }

    public TestApp App { get; }

    public ManualTimeProvider Time { get; }

    public HttpClient Client { get; }

    public string Url => $"http://127.0.0.1:{App.Port}/rt";

    public IRooms Rooms => App.Host.Services.GetRequiredService<IRooms>();

    public RoomGraph Graph => App.Host.Services.GetRequiredService<RoomGraph>();

    /// <summary>Starts it; without any word, clients may publish in rooms <c>chat:*</c>, which keep 100 publications.</summary>
    public static async Task<RoomsApp> StartAsync(
        Action<RoomsBuilder>? rooms = null, RoomsEndpointOptions? options = null, RoomsOptions? graph = null,
        Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? before = null, Version? version = null, TimeSpan drain = default,
        Action<IEndpointConventionBuilder>? conventions = null, Action<WebApplicationBuilder, TimeProvider>? configureWithTime = null)
    {
        var time = new ManualTimeProvider();
        var app = await TestApp.StartAsync(
            a =>
            {
                before?.Invoke(a);
                var mapped = a.MapRooms("/rt", r =>
                {
                    r.Map("chat:*", new RoomOptions { HistorySize = 100, ClientPublish = true });
                    rooms?.Invoke(r);
                }, (options ??= new()) with { Limits = options.Limits with { DrainTime = drain } });
                conventions?.Invoke(mapped);
            },
            b =>
            {
                b.Services.AddRooms((graph ?? new RoomsOptions()) with { TimeProvider = time, PositionCheckInterval = TimeSpan.Zero });
                configure?.Invoke(b);
                configureWithTime?.Invoke(b, time);
            });
        return new RoomsApp(app, time, version ?? HttpVersion.Version11);
    }

    public static HttpClient NewClient(Version? version = null) => new(new SocketsHttpHandler { EnableMultipleHttp2Connections = false, UseCookies = false })
    {
        DefaultRequestVersion = version ?? HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task PublishAsync(int number, string room = "chat:1") => await Rooms.Room(room).PublishAsync("n", number);

    public async Task PublishAsync(IEnumerable<int> numbers, string room = "chat:1")
    {
        foreach (int number in numbers)
            await PublishAsync(number, room);
    }

    public HttpRequestMessage Request(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, Url + path) { Version = Client.DefaultRequestVersion, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    public Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        var request = Request(method, path, headers);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Patience.Token());
    }

    /// <summary>Sends a client's messages.</summary>
    public async Task<HttpStatusCode> SendAsync(string token, string body)
    {
        using var response = await AskAsync(HttpMethod.Post, "/send", body, ("Hutong-Session", token));
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}

internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(Patience.Token())).RootElement;

    /// <summary>Expects a problem document with this code.</summary>
    public static async Task ShouldBeProblemAsync(this Task<HttpResponseMessage> answer, HttpStatusCode status, string code)
    {
        using var response = await answer;
        string body = await response.Content.ReadAsStringAsync(Patience.Token());
        response.StatusCode.ShouldBe(status, body);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(body).RootElement;
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
    }

    public static string Type(this JsonElement message) => message.GetProperty("type").GetString()!;

    public static JsonElement Payload(this JsonElement message) => message.GetProperty("payload");
}
