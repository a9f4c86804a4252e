namespace Hutong.Client.Internal;

/// <content>Rooms, by name. In the mailbox.</content>
internal sealed partial class ClientCore
{
    private readonly Dictionary<string, RoomCore> _rooms = new(StringComparer.Ordinal);

    /// <summary>Lets a user into a room, now or when there is a connection.</summary>
    public void JoinRoom(ClientRoom user, RoomJoinOptions options)
    {
        if (_rooms.TryGetValue(user.Name, out var room) && room.State == RoomState.Refused)
        {
            _rooms.Remove(user.Name);
            room.Remove(user);
            room.Forget(Left());
            room = null;
        }

        if (room is not null)
        {
            room.Greet(user);
            return;
        }

        room = new RoomCore(this, user, options);
        _rooms[user.Name] = room;
        user.Enter(room);
        room.Join();
    }

    /// <summary>A user leaves a room; the last one tells the server.</summary>
    /// <returns>Ends with the server's answer, or at once. Never fails.</returns>
    public Task LeaveRoom(ClientRoom user)
    {
        if (!_rooms.TryGetValue(user.Name, out var room) || !room.IsUsedBy(user))
            return Task.CompletedTask;
        room.Remove(user);
        if (room.HasUsers)
        {
            user.TellLeft(Left());
            return Task.CompletedTask;
        }

        bool wasIn = room.State != RoomState.Refused;
        _rooms.Remove(user.Name);
        room.Forget(Left());
        Task left = Task.CompletedTask;
        if (wasIn && !_ended && _link.State == ClientState.Open)
        {
            var message = new OutgoingMessage { Type = "leave", Id = Outgoing.NewId(), Room = user.Name };
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var item = Outgoing.Write(message, _options.TimeProvider.GetUtcNow());
            Call(new Request(message.Id, item, Retry: false, _options.RequestTimeout, (_, _) => done.TrySetResult(), default), urgent: true);
            left = done.Task;
        }

        user.TellLeft(Left());
        return left;
    }

    private static ClientException Left() => new(ClientErrorCode.Left, "The room was left.");

    private void RejoinRooms()
    {
        foreach (var room in _rooms.Values.ToList())
            room.Rejoin();
    }

    private void LoseRooms()
    {
        foreach (var room in _rooms.Values)
            room.Lose();
    }

    private bool DeliverToRoom(string name, ClientMessage message)
    {
        if (!_rooms.TryGetValue(name, out var room) || room.State == RoomState.Refused)
            return false;
        room.Receive(message);
        return true;
    }

    private void ForgetRooms()
    {
        var rooms = _rooms.Values.ToList();
        _rooms.Clear();
        foreach (var room in rooms)
            room.Forget(Closed());
    }
}
