using System.Text;
using System.Text.Json;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Rooms.Server;

/// <summary>Rooms over real WebSockets.</summary>
public class WebSocketTests
{
    [Fact]
    public async Task Join_AndPublish_ReachesAllMembersInOrder()
    {
        await using var app = await TestApp.StartAsync(
            a => a.MapRooms("/rt", rooms => rooms.Map("chat:*", new RoomOptions { HistorySize = 10, ClientPublish = true })),
            b => b.Services.AddRooms());
        await using var ada = await app.OpenAsync("/rt");
        await using var bob = await app.OpenAsync("/rt");
        await ada.SendTextAsync("""{"type":"join","id":"1","room":"chat:1"}""");
        var joined = await Json(ada);
        joined.GetProperty("type").GetString().ShouldBe("ack");
        joined.GetProperty("id").GetString().ShouldBe("1");
        joined.GetProperty("offset").GetInt64().ShouldBe(0);
        await bob.SendTextAsync("""{"type":"join","id":1,"room":"chat:1"}""");
        (await Json(bob)).GetProperty("id").GetInt32().ShouldBe(1);

        await ada.SendTextAsync("""{"type":"chat_message","id":"m1","room":"chat:1","payload":{"content":"hello"}}""");
        var seen = await Json(bob);
        seen.GetProperty("payload").GetProperty("content").GetString().ShouldBe("hello");
        seen.GetProperty("offset").GetInt64().ShouldBe(1);
        (await Json(ada)).GetProperty("offset").GetInt64().ShouldBe(1);
        var ack = await Json(ada);
        ack.GetProperty("type").GetString().ShouldBe("ack");
        ack.GetProperty("id").GetString().ShouldBe("m1");
        ack.GetProperty("offset").GetInt64().ShouldBe(1);

        await app.Host.Services.GetRequiredService<IRooms>().Room("chat:1").PublishAsync("news", 42);
        (await Json(bob)).GetProperty("payload").GetInt32().ShouldBe(42);
        (await Json(ada)).GetProperty("type").GetString().ShouldBe("news");
    }

    private static async Task<JsonElement> Json(WirePeer peer)
    {
        var frame = await peer.ReadFrameAsync();
        frame.Opcode.ShouldBe((byte)1, Encoding.UTF8.GetString(frame.Payload.Span));
        return JsonDocument.Parse(frame.Payload).RootElement;
    }
}
