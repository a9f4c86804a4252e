using Hutong.Rooms;
using Hutong.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutong.Client.Managed;

/// <summary>A real server of rooms on the loopback.</summary>
internal sealed class RoomsServer : IAsyncDisposable
{
    private RoomsServer(WebApplication app) => App = app;

    public WebApplication App { get; }

    public string Url => App.Urls.First().Replace("http:", "ws:", StringComparison.Ordinal) + "/rt";

    public IRooms Rooms => App.Services.GetRequiredService<IRooms>();

    /// <summary>Starts it; clients may publish in rooms <c>chat:*</c>, which keep 100 publications and show who is in them.</summary>
    public static async Task<RoomsServer> StartAsync(
        Action<RoomsBuilder>? rooms = null, Action<WebApplication>? before = null, Action<IServiceCollection>? services = null,
        RoomsEndpointOptions? options = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRooms();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        before?.Invoke(app);
        app.MapRooms("/rt", r =>
        {
            r.Map("chat:*", new RoomOptions { HistorySize = 100, ClientPublish = true, Presence = true });
            rooms?.Invoke(r);
        }, options);
        await app.StartAsync();
        return new RoomsServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync(Await.Token);
        await App.DisposeAsync();
    }
}
