using System.Buffers;
using Hutong.Connections;

namespace Hutong.Transport.Internal;

/// <content>
/// Sending, all of it under the gate. What waits is either one range of bytes held elsewhere (the loop's turn buffer, a shared frame) or, once
/// more than one range waits or the socket is full, the backlog. Never both.
/// </content>
internal sealed partial class SocketDriver
{
    private const int CopyLimit = 32 * 1024;

    private byte[]? _held;
    private int _heldStart;
    private int _heldEnd;
    private Backlog? _backlog;
    private long _unsent;
    private bool _toTurn;
    private bool _gathered;
    private bool _full;
    private bool _awaitsWritable;
    private bool _completing;
    private bool _closing;
    private bool _sendEnded;
    private Report _reports;
    private bool _reporting;
    private Exception? _sendError;

    /// <summary>What the sink is to be told once the gate is free. One thread tells at a time, so progress never follows the end.</summary>
    [Flags]
    private enum Report : byte
    {
        None = 0,
        Progress = 1,
        End = 2,
    }

    /// <inheritdoc/>
    public IBufferWriter<byte> Output => this;

    /// <inheritdoc/>
    public long UnsentBytes => Volatile.Read(ref _unsent);

    private bool HasBacklog => _backlog is { Length: > 0 };

    /// <inheritdoc/>
    public void Flush()
    {
        // In a delivery of this connection the turn's answers leave at once, while their bytes are in the cache; what others send to it on
        // the loop waits for the end of the turn, for more may come.
        if (!Loop.IsCurrent || _delivering)
            Send();
        else
            FlushLater();
    }

    /// <inheritdoc/>
    public void FlushLater()
    {
        if (!Loop.IsCurrent || !Gather())
            Loop.Post(this, Errands.Flush);
    }

    /// <inheritdoc/>
    public void CompleteSend()
    {
        lock (Gate)
            _completing = true;
        Flush();
    }

    /// <inheritdoc/>
    public void Close()
    {
        bool ended;
        lock (Gate)
        {
            _completing = _closing = true;
            ended = _sendEnded;
        }

        if (ended)
            Loop.Post(this, Errands.Close);
        else
            Flush();
    }

    /// <inheritdoc/>
    public void AppendShared(byte[] bytes)
    {
        if (_sendEnded)
            return;
        if (HasBacklog)
        {
            _backlog!.Write(bytes);
        }
        else if (Loop.IsCurrent && _started && Loop.Turn.TryShare(bytes, out int start) && (_held is null || (_held == Loop.Turn.Bytes && _heldEnd == start)))
        {
            Hold(Loop.Turn.Bytes, start, start + bytes.Length);
        }
        else if (_held is null)
        {
            Hold(bytes, 0, bytes.Length);
        }
        else
        {
            Spill().Write(bytes);
        }

        Volatile.Write(ref _unsent, _unsent + bytes.Length);
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        var turn = Loop.Turn;
        _toTurn = !HasBacklog && !_sendEnded && Loop.IsCurrent && _started && turn.Room >= Math.Max(sizeHint, 256)
            && (_held is null || (_held == turn.Bytes && _heldEnd == turn.Position));
        return _toTurn ? turn.Bytes.AsMemory(turn.Position, turn.Room) : Spill().GetMemory(sizeHint);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => ((IBufferWriter<byte>)this).GetMemory(sizeHint).Span;

    void IBufferWriter<byte>.Advance(int count)
    {
        if (_sendEnded)
        {
            // Dropped, and an ended connection holds no buffer.
            _backlog?.Clear();
            return;
        }

        if (_toTurn)
        {
            int start = Loop.Turn.Position;
            Loop.Turn.Advance(count);
            Hold(Loop.Turn.Bytes, start, start + count);
        }
        else
        {
            _backlog!.Advance(count);
        }

        Volatile.Write(ref _unsent, _unsent + count);
    }

    /// <summary>
    /// Large payloads go to the socket from where they lie; what it does not take is copied. Smaller ones cost less as a copy that leaves with the others.
    /// </summary>
    void Protocol.IDirectBufferWriter.Write(ReadOnlySpan<byte> bytes)
    {
        if (_sendEnded || bytes.IsEmpty)
            return;
        if (bytes.Length <= CopyLimit && bytes.Length <= Loop.Turn.Room)
        {
            bytes.CopyTo(((IBufferWriter<byte>)this).GetSpan(bytes.Length));
            ((IBufferWriter<byte>)this).Advance(bytes.Length);
            return;
        }

        Volatile.Write(ref _unsent, _unsent + bytes.Length);
        if (HasBacklog || _full || _descriptor < 0 || !_started)
        {
            Spill().Write(bytes);
            return;
        }

        int held = _heldEnd - _heldStart;
        int count = held > 0 ? Loop.Sockets.Send(_descriptor, _held.AsSpan(_heldStart, held), bytes) : Loop.Sockets.Send(_descriptor, bytes);
        // A failure shows again when the rest is sent.
        count = Math.Max(count, 0);
        TookHeld(Math.Min(count, held));
        if (count - held < bytes.Length)
            Spill().Write(bytes[Math.Max(count - held, 0)..]);
        Volatile.Write(ref _unsent, _unsent - count);
        if (count > 0)
            _reports |= Report.Progress;
    }

    /// <inheritdoc/>
    public bool SendNow(ReadOnlySpan<byte> bytes)
    {
        if (_sendEnded)
            return true;
        int count = 0;
        if (_unsent == 0 && !_full && _started && _descriptor >= 0)
        {
            count = Loop.Sockets.Send(_descriptor, bytes);
            if (count == bytes.Length)
                return true;
            // A failure shows again when the rest is sent.
            count = Math.Max(count, 0);
        }

        Spill().Write(bytes[count..]);
        Volatile.Write(ref _unsent, _unsent + bytes.Length - count);
        return false;
    }

    /// <summary>Sends what was gathered for the end of the turn.</summary>
    public void SendGathered()
    {
        _gathered = false;
        Send();
    }

    private bool Gather()
    {
        if (!_gathered && !Loop.TryGather(this))
            return false;
        return _gathered = true;
    }

    private void Hold(byte[] bytes, int start, int end)
    {
        if (_held is null)
        {
            _held = bytes;
            _heldStart = start;
            // A range of the turn buffer must be gone by the end of the turn, whoever flushes.
            if (bytes == Loop.Turn.Bytes)
                Gather();
        }

        _heldEnd = end;
    }

    /// <summary>Brings what is held into the backlog, behind which more can be appended.</summary>
    private Backlog Spill()
    {
        var backlog = _backlog ??= new Backlog();
        if (_held is not null)
        {
            backlog.Write(_held.AsSpan(_heldStart, _heldEnd - _heldStart));
            TookHeld(_heldEnd - _heldStart);
        }

        return backlog;
    }

    private void TookHeld(int count)
    {
        if (_held is null)
            return;
        if (_heldStart + count < _heldEnd)
        {
            _heldStart += count;
            return;
        }

        if (_held == Loop.Turn.Bytes && Loop.IsCurrent)
            Loop.Turn.TakeBack(_heldEnd - count, _heldEnd);
        _held = null;
        _heldStart = _heldEnd = 0;
    }

    /// <summary>Sends what waits, as far as the socket takes it, and tells the sink.</summary>
    private void Send()
    {
        IConnectionSink sink;
        Report reports;
        lock (Gate)
        {
            if (_sink is null || !_started)
                return;
            sink = _sink;
            if (!_sendEnded && !_full)
                SendAll();
            reports = TakeReports();
        }

        Tell(sink, reports);
    }

    private void SendAll()
    {
        int error = 0;
        long before = _unsent;
        if (_held is not null)
        {
            int length = _heldEnd - _heldStart;
            int count = Loop.Sockets.Send(_descriptor, _held.AsSpan(_heldStart, length));
            if (count > 0)
            {
                TookHeld(count);
                Volatile.Write(ref _unsent, _unsent - count);
            }

            if (count < length)
            {
                Spill();
                error = Math.Min(count, 0);
            }
        }

        while (error == 0 && HasBacklog)
        {
            int count = Loop.Sockets.Send(_descriptor, _backlog!.First);
            if (count <= 0)
            {
                error = count;
                break;
            }

            _backlog.Skip(count);
            Volatile.Write(ref _unsent, _unsent - count);
        }

        if (_unsent < before)
            _reports |= Report.Progress;
        if (error == Errors.WouldBlock)
        {
            _full = true;
            Loop.Post(this, Errands.AwaitWritable);
        }
        else if (error < 0)
        {
            EndSend(Errors.ToException(error));
        }
        else if (_completing)
        {
            // Where the socket is closed next, its end says the same.
            if (!_closing)
                Loop.Sockets.ShutdownSend(_descriptor);
            EndSend(error: null);
        }
    }

    /// <summary>Nothing more will be sent. Under the gate.</summary>
    private void EndSend(Exception? error)
    {
        _sendEnded = true;
        _sendError = error;
        if (_held is not null)
            TookHeld(_heldEnd - _heldStart);
        _backlog?.Clear();
        Volatile.Write(ref _unsent, 0);
        if (_sink is not null)
        {
            _reports |= Report.End;
            if (_descriptor >= 0)
                Loop.Post(this, Errands.Close);
        }
    }

    private void FailSend(int error)
    {
        IConnectionSink sink;
        lock (Gate)
        {
            if (_sendEnded)
                return;
            sink = _sink!;
            EndSend(Errors.ToException(error == 0 ? Errors.Reset : error));
        }

        Tell(sink);
    }

    /// <summary>Takes what is to be told, for the caller to tell; nothing while another thread is at it, which then tells this too. Under the gate.</summary>
    private Report TakeReports()
    {
        if (_reporting || _reports == Report.None)
            return Report.None;
        var reports = _reports;
        _reports = Report.None;
        _reporting = true;
        return reports;
    }

    private void Tell(IConnectionSink sink)
    {
        Report reports;
        lock (Gate)
            reports = TakeReports();
        Tell(sink, reports);
    }

    private void Tell(IConnectionSink sink, Report reports)
    {
        while (reports != Report.None)
        {
            if (reports.HasFlag(Report.Progress))
                sink.OnSendProgress();
            if (reports.HasFlag(Report.End))
                sink.OnSendEnd(_aborted ? null : _sendError);
            lock (Gate)
            {
                // After the end there is nothing more to tell.
                _reporting = reports.HasFlag(Report.End);
                reports = TakeReports();
            }
        }
    }

    private void OnWritable()
    {
        _awaitsWritable = false;
        UpdateInterest();
        lock (Gate)
            _full = false;
        Send();
    }

    private void AwaitWritable()
    {
        _awaitsWritable = true;
        UpdateInterest();
    }
}
