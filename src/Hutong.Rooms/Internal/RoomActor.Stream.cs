namespace Hutong.Rooms.Internal;

/// <content>The room's place in its stream: nothing is delivered twice, out of turn, or left out unnoticed.</content>
internal sealed partial class RoomActor
{
    private const int FillPage = 256;
    private const int MaxFillAttempts = 20;

    private readonly RoomPlace _place;

    /// <summary>Where the room stands; null without history. In its turn.</summary>
    public StreamPosition? Position => _place.Epoch is null ? null : new StreamPosition(_place.Epoch, _place.Offset);

    /// <summary>Takes a publication from the backplane.</summary>
    public void Take(Publication publication)
    {
        if (publication.Epoch is not { } epoch)
        {
            Deliver(publication);
            return;
        }

        if (epoch != _place.Epoch)
        {
            // The stream began anew, or this is the first. Members see another epoch, and ask what they missed.
            if (_subscription != SubscriptionState.Live)
            {
                _place.Epoch = epoch;
                _place.Offset = publication.Offset - 1;
            }
            else if (publication.Offset == 1 || _place.Epoch is null)
            {
                Restart(epoch, publication.Offset - 1);
            }
            else
            {
                Fill();
                return;
            }
        }

        long offset = publication.Offset;
        if (offset <= _place.Offset)
            return;
        _place.Seen = Math.Max(_place.Seen, offset);
        if (offset > _place.Offset + 1)
        {
            // What lies between is in the history, and so is this one.
            Fill();
            return;
        }

        _place.Offset = offset;
        Deliver(publication);
    }

    public void Check() => Post(static room => room.Fill());

    /// <summary>Tells the members where the stream stands, if something was published since they were last told.</summary>
    public void TellPosition()
    {
        if (Graph.ChecksBackplane)
            Fill();
        if (_place.Epoch is null || _place.Told == _place.Offset || Options.Delivery != Delivery.All)
            return;
        _place.Told = _place.Offset;
        var message = Answers.Position(Name, new StreamPosition(_place.Epoch, _place.Offset));
        for (int i = 0; i < _count; i++)
        {
            var member = _members[i];
            // One who has no room for it is behind, and will find out by what comes then.
            if (member.State == MemberState.Live)
                member.Session.Wire.TrySend(message);
        }

        _work += _count;
    }

    /// <summary>Reads what lies between the room's position and the stream's.</summary>
    private void Fill()
    {
        if (_place.IsFilling || _place.Epoch is null || _subscription != SubscriptionState.Live)
            return;
        _place.IsFilling = true;
        string epoch = _place.Epoch;
        Read(new StreamPosition(epoch, _place.Offset), FillPage, (room, page) => room.Fill(epoch, page));
    }

    private void Fill(string epoch, HistoryPage? page)
    {
        _place.IsFilling = false;
        // Another stream has begun since it was asked for: it says nothing of that one.
        if (epoch == _place.Epoch)
            TakeFill(page);
        if (_place.Ahead is not { } ahead)
            return;
        _place.Ahead = null;
        foreach (var (member, buffer, since) in ahead)
            Read(member, buffer, since);
    }

    private void TakeFill(HistoryPage? page)
    {
        if (_subscription != SubscriptionState.Live)
            return;
        if (page?.Top is { } top)
        {
            _place.Seen = top.Epoch == _place.Epoch ? Math.Max(_place.Seen, top.Offset) : 0;
            if (top.Epoch != _place.Epoch)
            {
                Restart(top.Epoch, top.Offset);
                return;
            }

            long before = _place.Offset;
            long first = page.Publications.Count > 0 ? page.Publications[0].Offset : top.Offset + 1;
            if (!page.IsComplete && first > _place.Offset + 1)
                // Some are gone, and did not come otherwise meanwhile. Members see by their positions that they miss them, and ask.
                Lose(first - 1);
            foreach (var publication in page.Publications)
            {
                if (publication.Offset != _place.Offset + 1)
                    continue;
                _place.Offset = publication.Offset;
                Deliver(publication);
            }

            if (_place.Offset > before)
                _place.FillAttempts = 0;
            if (_place.Offset >= _place.Seen)
                return;
            if (_place.Offset > before)
            {
                Fill();
                return;
            }
        }

        // It could not be read, or knows less than has come: a moment later it may know more. While it cannot be read nothing is given up.
        if (page is not null && _place.Seen <= _place.Offset)
            return;
        if (page is null || _place.FillAttempts < MaxFillAttempts)
        {
            _place.FillAttempts = Math.Min(_place.FillAttempts + 1, MaxFillAttempts);
            Graph.After(TimeSpan.FromMilliseconds(50 * _place.FillAttempts), this);
            return;
        }

        _place.FillAttempts = 0;
        Lose(_place.Seen);
    }

    private void Lose(long offset)
    {
        RoomsLog.Gap(Graph.Log, Name, _place.Offset, offset);
        RoomsTelemetry.Gap();
        _place.Offset = offset;
        TellAll();
    }

    private void Restart(string epoch, long offset)
    {
        bool known = _place.Epoch is not null;
        _place.Epoch = epoch;
        _place.Offset = offset;
        _place.Seen = offset;
        if (!known)
            return;
        RoomsTelemetry.Gap();
        for (int i = 0; i < _count; i++)
        {
            // Offsets of the old epoch mean nothing now: not to be found, they will be told the position.
            var member = _members[i];
            if (member.State == MemberState.Live)
                // Since when it has everything is counted anew too.
                member.Become(MemberState.Live, offset);
            if (member.State is not (MemberState.Behind or MemberState.CatchingUp))
                continue;
            member.LastOffset = -1;
            // What is being read for it is of the old one, and will be passed over.
            if (member.State == MemberState.CatchingUp)
                CatchUp(member);
        }

        TellAll();
    }

    private void TellAll()
    {
        _place.Told = -1;
        var message = Answers.Position(Name, new StreamPosition(_place.Epoch!, _place.Offset));
        for (int i = 0; i < _count; i++)
        {
            var member = _members[i];
            if (member.State == MemberState.Live && !member.Session.Wire.TrySend(message) && !member.Session.IsEnded)
                Cut(member);
        }
    }

    /// <summary>Reads the history, and goes on in the room's turn; with null if it could not be read.</summary>
    private void Read(StreamPosition since, int limit, Action<RoomActor, HistoryPage?> then)
    {
        ValueTask<HistoryPage> reading;
        try
        {
            reading = Graph.Backplane.ReadAsync(Name, Stream, since.Offset < 0 ? since with { Offset = 0, Epoch = "-" } : since, limit, Graph.Stopping);
            if (reading.IsCompletedSuccessfully)
            {
                var page = reading.Result;
                // Not at once: what was published before the history was read may be queued behind us.
                Push(new RoomCall(room => then(room, page)));
                return;
            }
        }
        catch (Exception e)
        {
            reading = ValueTask.FromException<HistoryPage>(e);
        }

        _ = ReadSlowlyAsync(reading, then);
    }

    private async Task ReadSlowlyAsync(ValueTask<HistoryPage> reading, Action<RoomActor, HistoryPage?> then)
    {
        HistoryPage? page = null;
        try
        {
            page = await reading.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            RoomsLog.BackplaneFailed(Graph.Log, e, Name);
        }

        Post(room => then(room, page));
    }
}
