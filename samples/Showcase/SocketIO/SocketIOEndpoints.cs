using Hutong.Rooms;

namespace Showcase.SocketIO;

/// <summary>What the guide's Socket.IO server does; and tables at which clients of Hutong sit too.</summary>
internal static class SocketIOEndpoints
{
    private const int Longest = 500;

    /// <summary>The tables, for clients of Hutong: whatever is in such a room, it is the same one.</summary>
    public static RoomsBuilder AddTables(this RoomsBuilder rooms) =>
        rooms.Map("table:*", new RoomOptions { ClientPublish = true, PublishSizeLimit = 4096 });

    /// <summary>The server at <c>/socket.io</c>, for the official client.</summary>
    public static void MapTables(this WebApplication app) => app.MapSocketIO(io => io.OnConnection(socket =>
    {
        socket.On("chat message", (string text) => io.EmitAsync("chat message", Cut(text)));

        socket.On("join room", async (string room) =>
        {
            foreach (string other in socket.Rooms.Where(IsTable).Where(other => other != room))
                await socket.LeaveAsync(other);
            if (!IsTable(room))
                return;
            await socket.JoinAsync(room);
            await socket.To(room).EmitAsync("user joined", socket.Id);
        });

        // Acknowledged with how many clients of Socket.IO hear it.
        socket.On("say", async (string room, string text) =>
        {
            if (!socket.Rooms.Contains(room, StringComparer.Ordinal))
                return 0;
            await io.To(room).EmitAsync("say", new { From = socket.Id, Text = Cut(text) });
            return (await io.In(room).FetchSocketsAsync()).Count;
        });
    }));

    private static bool IsTable(string room) => room.StartsWith("table:", StringComparison.Ordinal) && room.Length <= 64;

    private static string Cut(string text) => text.Length <= Longest ? text : text[..Longest];
}
