namespace Hutong.Rooms.Internal;

/// <summary>A session is no longer in the room.</summary>
internal sealed class LeaveOperation(Member member) : RoomOperation
{
    public override void Run(RoomActor room) => room.Leave(member);
}
