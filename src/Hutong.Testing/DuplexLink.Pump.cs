using System.Buffers;

namespace Hutong.Testing;

/// <content>The pump: what moves the bytes.</content>
sealed partial class DuplexLink
{
    /// <summary>Lets the scheduler call the pump, so that bytes spend at least one of its turns on the way.</summary>
    void Signal()
    {
        lock (_gate)
        {
            if (_signalled) return;
            _signalled = true;
        }
        _scheduler.Schedule(
            static s =>
            {
                var link = (DuplexLink)s!;
                lock (link._gate) link._signalled = false;
                link.Pump();
            },
            this);
    }

    /// <summary>Steps until nothing moves, or leaves that to the thread which is already at it.</summary>
    void Pump()
    {
        lock (_gate)
        {
            _again = true;
            if (_pumping) return;
            _pumping = true;
        }
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    if (!_again)
                    {
                        _pumping = false;
                        return;
                    }
                    _again = false;
                }
                while (Step())
                {
                }
            }
        }
        catch
        {
            // Only the test's own SegmentSize throws here.
            lock (_gate) _pumping = false;
            throw;
        }
    }

    /// <summary>Does one thing; returns whether there may be another.</summary>
    bool Step()
    {
        if (_nearDone && _farDone) return false;
        var readerGone = !ObserveFlush();
        LinkFaults faults;
        Exception? reset;
        bool paused;
        bool ended;
        lock (_gate)
        {
            (faults, reset, paused) = (_faults, _reset, _paused);
            var now = Now();
            while (_flushes.TryPeek(out var next) && next.Due <= now) _due = _flushes.Dequeue().End;
            ended = _endDue <= now && _flushes.Count == 0 && _taken == _due;
        }

        if (reset is not null && !_cut) return Finish(reset);
        // A cut leaves the receiver the bytes before it; the sender was told when it happened.
        if (_cut) return !_flushing && Finish(Failure(null));
        if (readerGone) return Finish(null);
        if (!_farDone && faults.CutAfter is { } limit && _delivered >= limit) return Cut(faults.CutMode);
        if (paused) return false;
        if (_taken < _due && (_farDone || !_flushing)) return Move(faults);
        if (ended) return Finish(null);
        ArmTimer();
        return false;
    }

    /// <summary>Looks whether the receiver wants more; returns false when it will never read again.</summary>
    bool ObserveFlush()
    {
        if (!_flushing || !_flush.IsCompleted) return true;
        _flushing = false;
        try
        {
            return !_flush.GetResult().IsCompleted;
        }
        catch (Exception)
        {
            // The receiver completed its reader with an error of its own, which does not travel over a network.
            return false;
        }
    }

    bool Cut(CutMode mode)
    {
        if (mode == CutMode.EndOfStream)
        {
            EndFar(null);
            return true;
        }
        _cut = true;
        EndNear(Failure(null));
        _other!.Reset(null);
        return true;
    }

    bool Move(LinkFaults faults)
    {
        // After the end, as after EndOfStream, bytes are taken from the sender and go nowhere.
        var count = _due - _taken;
        if (!_farDone)
        {
            count = Math.Min(count, faults.NextSegment());
            if (faults.CutAfter is { } limit) count = Math.Min(count, limit - _delivered);
        }
        _near.Reader.TryRead(out var result);
        var chunk = result.Buffer.Slice(0, count);
        if (!_farDone)
        {
            foreach (var memory in chunk) _far.Writer.Write(memory.Span);
        }
        _taken += count;
        _near.Reader.AdvanceTo(chunk.End);
        if (_farDone) return true;

        Interlocked.Add(ref _delivered, count);
        try
        {
#pragma warning disable CA2012 // A pump that is no async method keeps the awaiter; ObserveFlush takes its result once.
            _flush = _far.Writer.FlushAsync().ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
        }
        catch (Exception)
        {
            // As in ObserveFlush.
            return Finish(null);
        }
        _flushing = true;
        if (!_flush.IsCompleted) _flush.UnsafeOnCompleted(_onExamined);
        return true;
    }

    void ArmTimer()
    {
        TimeSpan due;
        lock (_gate)
        {
            if (_flushes.TryPeek(out var next)) due = next.Due;
            else if (_endDue is { } end) due = end;
            else return;
        }
        var wait = due - Now();
        // Due already: only a receiver that has not examined all it has is in the way, and it will call.
        if (wait <= TimeSpan.Zero) return;
        _timer ??= _time.CreateTimer(static s => ((DuplexLink)s!).Signal(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    bool Finish(Exception? error)
    {
        EndNear(error);
        EndFar(error);
        return false;
    }

    void EndNear(Exception? error)
    {
        if (_nearDone) return;
        _nearDone = true;
        _timer?.Dispose();
        _near.Reader.Complete(error);
    }

    void EndFar(Exception? error)
    {
        if (_farDone) return;
        _farDone = true;
        _far.Writer.Complete(error);
    }
}
