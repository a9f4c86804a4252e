using Hutong.Connections.Internal;

namespace Hutong.Connections;

/// <content>
/// Groups. What a group has broadcast in this turn may not have reached the connection yet; it does before anything else is appended, and at the end of the turn
/// at the latest. Positions in the groups' logs are guarded by the gate.
/// </content>
public sealed partial class WebSocketConnection
{
    private Membership? _memberships;

    internal bool Join(ConnectionGroup group)
    {
        lock (_gate)
        {
            if (_finished || Find(group) is not null)
                return false;
            var member = group.Add(this, (_driver as ITurnDriver)?.Turns);
            member.Next = _memberships;
            _memberships = member;
            return true;
        }
    }

    internal bool Leave(ConnectionGroup group)
    {
        lock (_gate)
        {
            if (Find(group) is not { } member)
                return false;
            TakeBroadcasts();
            Forget(member);
            group.Remove(member);
        }

        if (_driver.UnsentBytes > 0)
            _driver.FlushLater();
        return true;
    }

    internal bool IsIn(ConnectionGroup group)
    {
        lock (_gate)
            return Find(group) is not null;
    }

    /// <summary>Sends what a group has gathered in a turn. On the loop.</summary>
    internal void Send(Membership member, GroupBatch batch)
    {
        bool flush;
        lock (_gate)
        {
            // Left meanwhile: what it was owed it has.
            if (member.Index < 0)
                return;
            flush = CanSendWhole(member, batch) ? !SendWhole(member, batch) : TakeBroadcasts();
        }

        // What it took before, because something was sent to it by itself, may not have been flushed.
        if (flush || _driver.UnsentBytes > 0)
            _driver.FlushLater();
    }

    private bool CanSendWhole(Membership member, GroupBatch batch) =>
        member.Position == batch.Start && member.Next is null && ReferenceEquals(_memberships, member)
        && AdmitNow(batch.PayloadLength) == SendStatus.Accepted && _driver.UnsentBytes == 0
        && Role == Protocol.Role.Server && batch.IsPlainFor(_transform) && batch.IsWholeFor(this);

    private bool SendWhole(Membership member, GroupBatch batch)
    {
        member.Position = batch.End;
        bool sent = ((ITurnDriver)_driver).SendNow(batch.Frames);
        _payloadUnsent = batch.PayloadLength;
        CountSent(batch.Count, batch.Length);
        return sent;
    }

    /// <summary>Appends what groups have broadcast, in the order of the broadcasts. Under the gate.</summary>
    /// <returns>Whether there was anything.</returns>
    private bool TakeBroadcasts()
    {
        bool any = false;
        while (TryTakeBroadcast(out var message))
        {
            any = true;
            if (message is not null)
                AppendBroadcast(message);
        }

        return any;
    }

    /// <summary>Finds the first broadcast of those that are owed.</summary>
    private bool TryTakeBroadcast(out PreparedMessage? message)
    {
        Membership? next = null;
        GroupLog.Entry first = default;
        for (var member = _memberships; member is not null; member = member.Next)
        {
            if (member.Part.TryPeek(member, out var entry) && (next is null || entry.Number < first.Number))
                (next, first) = (member, entry);
        }

        message = first.Except == this ? null : first.Message;
        if (next is null)
            return false;
        next.Position++;
        return true;
    }

    private void AppendBroadcast(PreparedMessage message)
    {
        switch (AdmitNow(message.Data.Length))
        {
            case SendStatus.Accepted:
                long before = _driver.UnsentBytes;
                Write(message);
                Account(before, message.Data.Length);
                break;
            case SendStatus.Turn:
                Wait(new PendingSend(new Outgoing(message), awaited: false));
                break;
            case SendStatus.Full:
                _messagesDropped++;
                CountDropped();
                // Not under the gate.
                if (_options.SendQueuePolicy == SendQueuePolicy.Disconnect)
                    ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.FailSlow(), this, preferLocal: false);
                break;
        }
    }

    private void LeaveGroups()
    {
        Membership? member;
        lock (_gate)
        {
            member = _memberships;
            _memberships = null;
        }

        for (; member is not null; member = member.Next)
            member.Part.Group.Remove(member);
    }

    private Membership? Find(ConnectionGroup group)
    {
        var member = _memberships;
        while (member is not null && member.Part.Group != group)
            member = member.Next;
        return member;
    }

    private void Forget(Membership member)
    {
        if (_memberships == member)
        {
            _memberships = member.Next;
            return;
        }

        var before = _memberships!;
        while (before.Next != member)
            before = before.Next!;
        before.Next = member.Next;
    }
}
