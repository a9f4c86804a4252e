namespace Hutong.Rooms.Internal;

/// <summary>An operation that is made seldom: what it does is a delegate.</summary>
internal sealed class RoomCall(Action<RoomActor> action) : RoomOperation
{
    public override void Run(RoomActor room) => action(room);
}
