namespace Hutong.Rooms.Internal;

/// <summary>A member's wire has room again.</summary>
internal sealed class DrainedOperation(Member member) : RoomOperation
{
    public override void Run(RoomActor room) => room.Drained(member);
}
