using Hutong.Rooms;
using Hutong.SocketIO;

namespace Showcase.SocketIO;

/// <summary>What the guide's Socket.IO server does, and a table at which clients of Hutong sit too.</summary>
internal static class SocketIOEndpoints
{
    private const string Tables = "table:*";

    public static RoomsBuilder AddTables(this RoomsBuilder rooms) => rooms.Map(Tables, new RoomOptions { ClientPublish = true, PublishSizeLimit = 4096 });
}
