namespace Hutong.Rooms.Internal;

/// <summary>A publication has come.</summary>
internal sealed class DeliverOperation(Publication publication) : RoomOperation
{
    public override void Run(RoomActor room) => room.Take(publication);
}
