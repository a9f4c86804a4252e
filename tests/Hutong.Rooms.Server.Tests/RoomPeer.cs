using System.Text;
using System.Text.Json;
using Hutong.Server.Tests.Support;

namespace Hutong.Rooms.Server;

/// <summary>A client of rooms on a raw socket.</summary>
internal static class RoomPeer
{
    public static async Task<JsonElement> JsonAsync(this WirePeer peer)
    {
        var frame = await peer.ReadFrameAsync();
        frame.Opcode.ShouldBe((byte)1, frame.ToString());
        return JsonDocument.Parse(frame.Payload).RootElement;
    }

    public static async Task<JsonElement> RequestAsync(this WirePeer peer, string json, string type = "ack")
    {
        await peer.SendTextAsync(json);
        var answer = await peer.JsonAsync();
        answer.GetProperty("type").GetString().ShouldBe(type, answer.ToString());
        return answer;
    }

    public static long Offset(this JsonElement message) => message.GetProperty("offset").GetInt64();

    public static string Type(this JsonElement message) => message.GetProperty("type").GetString()!;

    public static Payload Filler(int size) => Payload.Json(Encoding.UTF8.GetBytes($"\"{new string('x', size)}\""));
}
