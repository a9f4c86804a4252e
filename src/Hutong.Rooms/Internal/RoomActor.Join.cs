using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Internal;

/// <content>Coming and going.</content>
internal sealed partial class RoomActor
{
    private SubscriptionState _subscription;
    private List<JoinOperation>? _joining;

    /// <summary>Whether the room has been dropped, and another one may have taken its place.</summary>
    public bool IsRetired => _subscription == SubscriptionState.Ended;

    public void Join(JoinOperation join)
    {
        switch (_subscription)
        {
            case SubscriptionState.Ended:
                Graph.JoinElsewhere(this, join);
                break;
            case SubscriptionState.Live:
                Enter(join);
                break;
            case SubscriptionState.None:
                _subscription = SubscriptionState.Pending;
                (_joining ??= []).Add(join);
                _ = SubscribeAsync();
                break;
            default:
                (_joining ??= []).Add(join);
                break;
        }
    }

    /// <summary>The sessions that are in the room.</summary>
    public Task<Session[]> MembersAsync()
    {
        var members = new TaskCompletionSource<Session[]>();
        Post(room =>
        {
            var sessions = Array.ConvertAll(room._members[..room._count], static m => m.Session);
            room.Graph.Scheduler.Schedule(static state => ((Action)state!)(), (Action)(() => members.SetResult(sessions)));
        });
        return members.Task;
    }

    /// <summary>Takes a member out. For good: a session that joins again is another member.</summary>
    public void Leave(Member member)
    {
        member.Session.Remove(member);
        if (member.Index < 0)
            return;
        // The server took it out while its question was open.
        if (member.Waiting is JoinBuffer buffer)
            Refuse(buffer.Join, RoomError.NotJoined);
        Unwait(member);
        Remove(member);
        RoomsTelemetry.Members(-1);
        if (Options.Presence)
            member.Session.AfterPresence(before => LeavePresenceAsync(member, before));
    }

    private async Task SubscribeAsync()
    {
        StreamPosition? position = null;
        Exception? error = null;
        try
        {
            position = await Graph.Backplane.SubscribeAsync(Name, Stream, this, Graph.Stopping).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            error = e;
        }

        Post(room => room.Subscribed(position, error));
    }

    private void Subscribed(StreamPosition? position, Exception? error)
    {
        var joining = _joining ?? [];
        _joining = null;
        if (error is not null)
        {
            RoomsLog.BackplaneFailed(Graph.Log, error, Name);
            _subscription = SubscriptionState.None;
            foreach (var join in joining)
                Refuse(join, RoomError.Internal);
            return;
        }

        _subscription = SubscriptionState.Live;
        // What came while we subscribed may be beyond the position already, never the other way around.
        if (position is { } at && (_place.Epoch is null || _place.Epoch == at.Epoch))
        {
            _place.Epoch = at.Epoch;
            _place.Offset = Math.Max(_place.Offset, at.Offset);
            _place.Told = _place.Offset;
        }

        foreach (var join in joining)
            Enter(join);
        if (_place.Seen > _place.Offset)
            Fill();
    }

    private void Enter(JoinOperation join)
    {
        var session = join.Session;
        var member = session.Find(this);
        if (member is null)
        {
            if (_count >= Options.MaxMembers)
            {
                Refuse(join, RoomError.RoomFull);
                return;
            }

            member = new Member(session, this, join.Info);
            if (session.TryAdd(member) is { } error)
            {
                Refuse(join, error);
                return;
            }

            Add(member);
            RoomsTelemetry.Members(1);
            if (Options.Presence)
                session.AfterPresence(before => AnnounceAsync(member, before));
        }

        // A client waits for the answer before it is heard again; so it is the server that lets in whom it is letting in already.
        if (member.Waiting is JoinBuffer)
        {
            join.Complete();
            return;
        }

        Unwait(member);
        member.Become(MemberState.Live, _place.Offset);
        if (join.Since is not { } since || _place.Epoch is not { } epoch || since.Epoch != epoch || since.Offset == _place.Offset)
        {
            bool? recovered = join.Since is null ? null : _place.Epoch is not null && join.Since == new StreamPosition(_place.Epoch, _place.Offset);
            Answer(join, member, recovered, []);
            return;
        }

        if (_place.Offset - since.Offset > Graph.Options.RecoveryLimit)
        {
            Answer(join, member, recovered: false, []);
            return;
        }

        var buffer = new JoinBuffer(join);
        member.Become(MemberState.Joining, _place.Offset);
        member.Waiting = buffer;
        Read(member, buffer, since);
    }

    private void Read(Member member, JoinBuffer buffer, StreamPosition since) =>
        Read(since, Graph.Options.RecoveryLimit, (room, page) => room.Recover(member, buffer, since, page));

    /// <summary>The history was read that a joining member needs: answers it with exactly what it missed, or with nothing of it.</summary>
    private void Recover(Member member, JoinBuffer buffer, StreamPosition since, HistoryPage? page)
    {
        // It left, or asked again, meanwhile.
        if (!ReferenceEquals(member.Waiting, buffer))
            return;
        if (since.Offset > _place.Offset && _place.Epoch == since.Epoch && page is { IsComplete: true } && buffer.TryAgain())
        {
            // It comes from a node that was ahead of this one.
            (_place.Ahead ??= []).Add((member, buffer, since));
            Fill();
            return;
        }

        member.Waiting = null;
        member.Become(MemberState.Live, _place.Offset);
        if (page is null)
        {
            member.Session.Answer(Answers.Error(RoomError.Internal, buffer.Join.Id, Name));
            buffer.Join.Complete(RoomError.Internal);
            Leave(member);
            return;
        }

        // From the page what lies behind the room's position; what it has not come to yet, the member gets with the others.
        var missed = new List<Publication>();
        bool whole = page.IsComplete && page.Top?.Epoch == since.Epoch && _place.Epoch == since.Epoch && !buffer.IsOverfull;
        long next = since.Offset + 1;
        foreach (var publication in page.Publications.Concat(buffer.Publications))
        {
            if (publication.Offset != next || publication.Offset > _place.Offset || publication.Epoch is null)
                continue;
            missed.Add(publication);
            next++;
        }

        whole = whole && next == _place.Offset + 1 && missed.Count <= Graph.Options.RecoveryLimit;
        Answer(buffer.Join, member, whole, whole ? missed : []);
        // What has no position is in no history.
        foreach (var publication in buffer.Publications.Where(p => p.Epoch is null))
            DeliverTo(member, publication);
    }

    private void Answer(JoinOperation join, Member member, bool? recovered, IReadOnlyList<Publication> missed)
    {
        if (join.Taken is { } taken)
            taken(Position, recovered, missed);
        else
            member.Session.Answer(Answers.Joined(join.Id, Name, Position, Options.Delivery, recovered, missed));
        RoomsTelemetry.Joined(recovered);
        join.Complete();
    }

    private void Refuse(JoinOperation join, RoomError error)
    {
        join.Session.Answer(Answers.Error(error, join.Id, Name));
        RoomsTelemetry.Refused(error);
        join.Complete(error);
    }

    private void RetireIfEmpty()
    {
        if (_count > 0 || _joining is { Count: > 0 } || _subscription is SubscriptionState.Pending or SubscriptionState.Ended)
            return;
        bool subscribed = _subscription == SubscriptionState.Live;
        _subscription = SubscriptionState.Ended;
        Graph.Drop(this);
        if (subscribed)
            _ = UnsubscribeAsync();
    }

    private async Task UnsubscribeAsync()
    {
        try
        {
            await Graph.Backplane.UnsubscribeAsync(Name, this).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            RoomsLog.BackplaneFailed(Graph.Log, e, Name);
        }
    }

    private enum SubscriptionState : byte
    {
        None,
        Pending,
        Live,
        Ended,
    }
}
