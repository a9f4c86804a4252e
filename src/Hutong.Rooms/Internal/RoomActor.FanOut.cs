using Hutong.Connections;

namespace Hutong.Rooms.Internal;

/// <content>Two ways to a member: by the groups, for those who keep up with everything, and one by one for all others.</content>
internal sealed partial class RoomActor
{
    // A group is worth its memory from so many members on, and until there are so few.
    private const int Large = 64;
    private const int Small = 16;

    private FanOut? _fanOut;
    private MemberList _singles;

    /// <summary>Gives a member the way that its state asks for; none to one that has left.</summary>
    public void Place(Member member)
    {
        var wire = member.Session.Wire;
        bool isMember = member.Index >= 0;
        bool direct = isMember && _fanOut is not null && member.State == MemberState.Live && wire is { Direct: not null, TakesAll: true };
        if (member.SingleIndex >= 0 && (direct || !isMember))
            _singles.Remove(member);
        else if (member.SingleIndex < 0 && isMember && !direct)
            _singles.Add(member);
        if (direct)
            // Also if it is in already: it may have lost its place, and be about to be noted for that.
            _fanOut!.Add(wire.Dialect, wire.Direct!);
        else if (member.IsInGroup)
            _fanOut!.Remove(wire.Dialect, wire.Direct!);
        member.IsInGroup = direct;
    }

    /// <summary>After a member has come or gone.</summary>
    private void Resize()
    {
        if (_fanOut is null && _count >= Large && Options.Delivery == Delivery.All)
        {
            _fanOut = new FanOut(this);
            PlaceAll();
        }
        else if (_fanOut is { } fanOut && _count <= Small)
        {
            _fanOut = null;
            foreach (var member in _members.AsSpan(0, _count))
            {
                if (!member.IsInGroup)
                    continue;
                fanOut.Remove(member.Session.Wire.Dialect, member.Session.Wire.Direct!);
                member.IsInGroup = false;
            }

            PlaceAll();
        }
    }

    private void PlaceAll()
    {
        foreach (var member in _members.AsSpan(0, _count))
            Place(member);
    }

    /// <summary>Notes that a member had no room for a publication. From any thread, under any lock.</summary>
    public void Note(WebSocketConnection connection, Publication publication)
    {
        Push(new RoomCall(room => room.Refused(connection, publication)));
        Graph.Scheduler.Schedule(static state => ((RoomActor)state!).Flush(), this);
    }

    private void Refused(WebSocketConnection connection, Publication publication)
    {
        foreach (var member in _members.AsSpan(0, _count))
        {
            if (!ReferenceEquals(member.Session.Wire.Direct, connection))
                continue;
            // It has been told since where the room stands, and what it missed up to there; and its place is its own again.
            if (member.State != MemberState.Live || (publication.Position is { } position && position.Offset <= member.LiveSince))
                return;
            FallBehind(member, publication);
            // Where nothing keeps what it missed it is still live. It has left its group all the same, and comes back.
            Place(member);
            return;
        }
    }
}
