using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Internal;

/// <content>Publications to members: what is sent, and what becomes of those who do not keep up.</content>
internal sealed partial class RoomActor
{
    /// <summary>Sends a publication to the members. Its place in the stream has been checked.</summary>
    private void Deliver(Publication publication)
    {
        _work += _count;
        if (_fanOut is not { } fanOut || !publication.IsForAll || !fanOut.CanSend(publication))
        {
            RoomsTelemetry.Delivered(DeliverTo(_members.AsSpan(0, _count), publication));
            return;
        }

        var except = publication.Except is [{ } id] && Graph.FindSession(id)?.Find(this) is { IsInGroup: true } member ? member : null;
        int delivered = fanOut.Send(publication, except?.Session.Wire.Direct);
        RoomsTelemetry.Delivered(delivered + DeliverTo(_singles.Span, publication));
        if (except is not null)
            DeliverTo(except, publication);
    }

    /// <summary>Sends a message that has no place in the stream.</summary>
    /// <param name="message">The message.</param>
    /// <param name="seen">The ids of sessions that have got it already, or shall not; null for none.</param>
    /// <param name="request">Who else shall not.</param>
    public void Send(OutgoingMessage message, HashSet<string>? seen, PublishRequest request)
    {
        int delivered = 0;
        _work += _count;
        for (int i = 0; i < _count; i++)
        {
            var member = _members[i];
            if (request.ExceptRooms.Count > 0 && member.Session.IsInAny(request.ExceptRooms))
                continue;
            if (seen is not null)
            {
                lock (seen)
                {
                    if (!seen.Add(member.Session.Id))
                        continue;
                }
            }

            if (member.State != MemberState.Cut && (!request.Volatile || member.Session.Wire.IsWritable) && member.Session.Wire.TrySend(message))
                delivered++;
            else
                Drop(member);
        }

        RoomsTelemetry.Delivered(delivered);
    }

    private int DeliverTo(ReadOnlySpan<Member> members, Publication publication)
    {
        int delivered = 0;
        // From the end: one that becomes another kind of member leaves its place to the last.
        for (int i = members.Length - 1; i >= 0; i--)
        {
            if (DeliverTo(members[i], publication))
                delivered++;
        }

        return delivered;
    }

    private bool DeliverTo(Member member, Publication publication)
    {
        if (publication.IsKeptFrom(member.Session))
        {
            if (member.State == MemberState.Joining && publication.Epoch is not null)
                Hold(member, publication);
            // It must not take the offset that it does not see for one that it missed.
            else if (publication.Position is { } position && member.State == MemberState.Live && Options.Delivery == Delivery.All
                && !member.Session.Wire.TrySend(Answers.Skipped(Name, position)))
            {
                FallBehind(member, publication);
            }

            return false;
        }

        var wire = member.Session.Wire;
        if (publication.IsVolatile && (member.State != MemberState.Live || !wire.IsWritable))
        {
            Drop(member);
            return false;
        }

        if (member.State != MemberState.Live)
        {
            Hold(member, publication);
            return false;
        }

        switch (Options.Delivery)
        {
            case Delivery.Latest:
                return DeliverLatest(member, wire, publication);
            case Delivery.Volatile:
                if (wire.Pending.Bytes <= Options.BehindBytes && wire.TrySend(publication))
                    return true;
                Drop(member);
                return false;
            default:
                if (wire.TrySend(publication))
                    return true;
                FallBehind(member, publication);
                return false;
        }
    }

    private bool DeliverLatest(Member member, SessionWire wire, Publication publication)
    {
        if (member.Waiting is null && wire.Pending.Bytes <= Options.BehindBytes && wire.TrySend(publication))
            return true;
        var latest = (LatestQueue?)member.Waiting;
        if (latest is null)
        {
            member.Waiting = latest = new LatestQueue();
            RoomsTelemetry.Behind(1);
            AwaitRoom(wire);
        }

        if (latest.Put(KeyOf(publication), publication))
            RoomsTelemetry.Dropped("replaced");
        if (latest.Count <= Options.LatestKeys)
            return false;
        if (Options.WhenBehind == WhenBehind.Disconnect)
        {
            Cut(member);
            return false;
        }

        latest.Take();
        Drop(member);
        return false;
    }

    private string? KeyOf(Publication publication)
    {
        try
        {
            return Options.DeliveryKey?.Invoke(publication);
        }
        catch (Exception e)
        {
            // It is the application's, and the other members must not go without.
            RoomsLog.RoomFailed(Graph.Log, e, Name);
            return null;
        }
    }

    /// <summary>Keeps a publication for a member that is still joining. Others who are not live find it in the history, or miss it.</summary>
    private void Hold(Member member, Publication publication)
    {
        if (member.State == MemberState.Joining)
            ((JoinBuffer)member.Waiting!).Add(publication, Graph.Options.RecoveryLimit);
        else if (publication.Position is null && member.State != MemberState.Cut)
            Drop(member);
    }

    /// <summary>A member of an <see cref="Delivery.All"/> room has not accepted a publication.</summary>
    private void FallBehind(Member member, Publication publication)
    {
        if (member.Session.IsEnded || !member.Session.Wire.IsOpen)
        {
            // It is going away already, and not because of its slowness.
            member.Become(MemberState.Cut, _place.Offset);
        }
        else if (Options.WhenBehind == WhenBehind.Disconnect)
        {
            Cut(member);
        }
        else if (publication.Position is { } position)
        {
            member.Become(MemberState.Behind, _place.Offset);
            member.LastOffset = position.Offset - 1;
            RoomsTelemetry.Behind(1);
            AwaitRoom(member.Session.Wire);
        }
        else
        {
            Drop(member);
        }
    }

    private void Cut(Member member)
    {
        Unwait(member);
        member.Become(MemberState.Cut, _place.Offset);
        RoomsTelemetry.SlowDisconnect();
        member.Session.Close(SessionClose.TooSlow);
    }

    /// <summary>Asks to be told when the wire has handed on half of what waits, at least: one that just refused a large message may have room for others.</summary>
    private void AwaitRoom(SessionWire wire) => wire.NotifyDrained(Math.Min(Options.BehindBytes, wire.Pending.Bytes / 2));

    private static void Drop(Member member)
    {
        member.Session.CountDropped();
        RoomsTelemetry.Dropped("behind");
    }

    /// <summary>Forgets what waits for a member.</summary>
    private static void Unwait(Member member)
    {
        if (member.State is MemberState.Behind or MemberState.CatchingUp || member.Waiting is LatestQueue)
            RoomsTelemetry.Behind(-1);
        member.Waiting = null;
    }

    /// <summary>A member's wire has room again.</summary>
    public void Drained(Member member)
    {
        if (member.Index < 0)
            return;
        if (member.State == MemberState.Behind)
            CatchUp(member);
        else if (member is { State: MemberState.Live, Waiting: LatestQueue latest })
            SendLatest(member, latest);
    }

    private void SendLatest(Member member, LatestQueue latest)
    {
        var wire = member.Session.Wire;
        while (latest.Peek() is { } publication)
        {
            if (wire.Pending.Bytes > Options.BehindBytes || !wire.TrySend(publication))
            {
                AwaitRoom(wire);
                return;
            }

            latest.Take();
            RoomsTelemetry.Delivered(1);
            _work++;
        }

        Unwait(member);
    }

    /// <summary>Reads from the history what was left out for a member that was behind.</summary>
    private void CatchUp(Member member)
    {
        const int Page = 128;

        if (_place.Epoch is null)
            return;
        member.Become(MemberState.CatchingUp, _place.Offset);
        long from = member.LastOffset;
        Read(new StreamPosition(_place.Epoch, from), Page, (room, page) => room.CatchUp(member, from, page));
    }

    private void CatchUp(Member member, long from, HistoryPage? page)
    {
        // It has left, or joined again and fallen behind elsewhere, meanwhile.
        if (member.Index < 0 || member.State != MemberState.CatchingUp || member.LastOffset != from)
            return;
        if (page is null || _place.Epoch is not { } epoch)
        {
            // The history cannot be read now: the client asks itself when it comes back.
            Cut(member);
            return;
        }

        var wire = member.Session.Wire;
        if (!page.IsComplete || page.Top?.Epoch != epoch)
        {
            // It is gone. The client learns the position, sees that it is not its own, and asks for what there is.
            if (wire.TrySend(Answers.Position(Name, new StreamPosition(epoch, _place.Offset))))
            {
                Unwait(member);
                member.Become(MemberState.Live, _place.Offset);
                RoomsTelemetry.Gap();
            }
            else
            {
                Cut(member);
            }

            return;
        }

        foreach (var publication in page.Publications)
        {
            if (publication.Offset > _place.Offset)
                break;
            var message = publication.IsKeptFrom(member.Session) ? Answers.Skipped(Name, publication.Position!.Value) : publication;
            if (!wire.TrySend(message))
            {
                member.Become(MemberState.Behind, _place.Offset);
                AwaitRoom(wire);
                return;
            }

            member.LastOffset = publication.Offset;
            RoomsTelemetry.Delivered(1);
            _work++;
        }

        if (member.LastOffset < _place.Offset)
        {
            CatchUp(member);
            return;
        }

        Unwait(member);
        member.Become(MemberState.Live, _place.Offset);
    }
}
