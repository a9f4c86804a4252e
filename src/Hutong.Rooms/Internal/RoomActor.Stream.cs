namespace Hutong.Rooms.Internal;

/// <content>The room's place in its stream: nothing is delivered twice, out of turn, or left out unnoticed.</content>
internal sealed partial class RoomActor
{
    private const int FillPage = 256;
    private const int MaxFillAttempts = 20;

    // The last publication that went to the members; no epoch in a room without history.
    private string? _epoch;
    private long _offset;

    // The newest that was seen, while those before it are read from the history.
    private long _seen;
    private long _told;
    private byte _fillAttempts;
    private bool _filling;

    /// <summary>Where the room stands; null without history. In its turn.</summary>
    public StreamPosition? Position => _epoch is null ? null : new StreamPosition(_epoch, _offset);

    /// <summary>Takes a publication from the backplane.</summary>
    public void Take(Publication publication)
    {
        if (publication.Epoch is not { } epoch)
        {
            Deliver(publication);
            return;
        }

        if (epoch != _epoch)
        {
            // The stream began anew, or this is the first. Members see another epoch, and ask what they missed.
            if (_subscription != SubscriptionState.Live)
            {
                _epoch = epoch;
                _offset = publication.Offset - 1;
            }
            else if (publication.Offset == 1 || _epoch is null)
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
        if (offset <= _offset)
            return;
        _seen = Math.Max(_seen, offset);
        if (offset > _offset + 1)
        {
            // What lies between is in the history, and so is this one.
            Fill();
            return;
        }

        _offset = offset;
        Deliver(publication);
    }

    public void Check() => Post(static room => room.Fill());

    /// <summary>Tells the members where the stream stands, if something was published since they were last told.</summary>
    public void TellPosition()
    {
        if (_graph.ChecksBackplane)
            Fill();
        if (_epoch is null || _told == _offset || Options.Delivery != Delivery.All)
            return;
        _told = _offset;
        var message = Answers.Position(Name, new StreamPosition(_epoch, _offset));
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
        if (_filling || _epoch is null || _subscription != SubscriptionState.Live)
            return;
        _filling = true;
        string epoch = _epoch;
        Read(new StreamPosition(epoch, _offset), FillPage, (room, page) => room.Fill(epoch, page));
    }

    private void Fill(string epoch, HistoryPage? page)
    {
        _filling = false;
        // Another stream has begun since it was asked for: it says nothing of that one.
        if (epoch == _epoch)
            TakeFill(page);
        if (_ahead is not { } ahead)
            return;
        _ahead = null;
        foreach (var (member, buffer, since) in ahead)
            Read(member, buffer, since);
    }

    private void TakeFill(HistoryPage? page)
    {
        if (_subscription != SubscriptionState.Live)
            return;
        if (page?.Top is { } top)
        {
            _seen = top.Epoch == _epoch ? Math.Max(_seen, top.Offset) : 0;
            if (top.Epoch != _epoch)
            {
                Restart(top.Epoch, top.Offset);
                return;
            }

            long before = _offset;
            long first = page.Publications.Count > 0 ? page.Publications[0].Offset : top.Offset + 1;
            if (!page.IsComplete && first > _offset + 1)
                // Some are gone, and did not come otherwise meanwhile. Members see by their positions that they miss them, and ask.
                Lose(first - 1);
            foreach (var publication in page.Publications)
            {
                if (publication.Offset != _offset + 1)
                    continue;
                _offset = publication.Offset;
                Deliver(publication);
            }

            if (_offset > before)
                _fillAttempts = 0;
            if (_offset >= _seen)
                return;
            if (_offset > before)
            {
                Fill();
                return;
            }
        }

        // It could not be read, or knows less than has come: a moment later it may know more.
        if (page is not null && _seen <= _offset)
            return;
        if (++_fillAttempts < MaxFillAttempts)
        {
            _graph.After(TimeSpan.FromMilliseconds(50 * _fillAttempts), this);
            return;
        }

        _fillAttempts = 0;
        if (_seen > _offset)
            Lose(_seen);
    }

    private void Lose(long offset)
    {
        RoomsLog.Gap(_graph.Log, Name, _offset, offset);
        RoomsTelemetry.Gap();
        _offset = offset;
        TellAll();
    }

    private void Restart(string epoch, long offset)
    {
        bool known = _epoch is not null;
        _epoch = epoch;
        _offset = offset;
        _seen = offset;
        if (!known)
            return;
        RoomsTelemetry.Gap();
        for (int i = 0; i < _count; i++)
        {
            // Offsets of the old epoch mean nothing now: not to be found, they will be told the position.
            if (_members[i].State is MemberState.Behind or MemberState.CatchingUp)
                _members[i].LastOffset = -1;
        }

        TellAll();
    }

    private void TellAll()
    {
        _told = -1;
        var message = Answers.Position(Name, new StreamPosition(_epoch!, _offset));
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
            reading = _graph.Backplane.ReadAsync(Name, Stream, since.Offset < 0 ? since with { Offset = 0, Epoch = "-" } : since, limit, _graph.Stopping);
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
            RoomsLog.BackplaneFailed(_graph.Log, e, Name);
        }

        Post(room => then(room, page));
    }
}
