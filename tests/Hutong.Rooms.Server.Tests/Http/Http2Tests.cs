using System.Net;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hutong.Rooms.Server.Http;

/// <summary>Many streams share one connection of HTTP/2.</summary>
public class Http2Tests
{
    [Fact]
    public async Task Streams_ManyOnOneConnection_AllGetEverything()
    {
        const int Each = 40;
        await using var app = await RoomsApp.StartAsync(
            configure: b => b.WebHost.ConfigureKestrel(k => k.ConfigureEndpointDefaults(e => e.Protocols = HttpProtocols.Http2)), version: HttpVersion.Version20);
        var connections = new HashSet<string>(StringComparer.Ordinal);
        var readings = new List<StreamReading>();
        for (int i = 0; i < Each; i++)
        {
            readings.Add(await SseReading.OpenAsync(app));
            readings.Add(await LineReading.OpenAsync(app));
        }

        foreach (var reading in readings)
        {
            reading.Response.Version.ShouldBe(HttpVersion.Version20);
            await reading.WelcomeAsync();
        }

        foreach (var session in app.Graph.Sessions)
            connections.Add(((Hutong.Server.WebSocketRequest)session.Request!).RemoteEndPoint!.ToString());
        connections.Count.ShouldBe(1);
        (await app.SendAsync(readings[0].Token, """{"type":"n","room":"chat:1","payload":0}""")).ShouldBe(HttpStatusCode.Accepted);
        await app.PublishAsync(Enumerable.Range(1, 20));
        foreach (var reading in readings)
            (await reading.ReadNumbersAsync(21).Soon()).ShouldBe(Enumerable.Range(0, 21));
        // One that is reset leaves the others alone.
        await readings[0].DisposeAsync();
        await app.PublishAsync(21);
        foreach (var reading in readings.Skip(1))
        {
            (await reading.ReadNumbersAsync(1)).ShouldBe([21]);
            await reading.DisposeAsync();
        }
    }
}
