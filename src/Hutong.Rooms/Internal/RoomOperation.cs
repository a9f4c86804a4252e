namespace Hutong.Rooms.Internal;

/// <summary>Something to be done in a room's turn.</summary>
internal abstract class RoomOperation
{
    public RoomOperation? Next { get; set; }

    public abstract void Run(RoomActor room);
}
