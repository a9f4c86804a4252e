using Microsoft.AspNetCore.SignalR;

namespace SignalREcho;

/// <summary>Groups as rooms: whoever is connected may join one, and send to it.</summary>
internal sealed class RoomHub : Hub
{
    public Task Join(string room) => Groups.AddToGroupAsync(Context.ConnectionId, room);

    public Task Publish(string room, string text) => Clients.Group(room).SendAsync("Message", text);
}
