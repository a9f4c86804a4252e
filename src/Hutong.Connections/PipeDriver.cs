using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Hutong.Connections.Internal;

namespace Hutong.Connections;

/// <summary>
/// The driver for any pair of pipes: TCP under Kestrel, TLS, a stream, memory. It owns both pipes and completes them at the end.
/// </summary>
public sealed class PipeDriver : IConnectionDriver, IBufferWriter<byte>
{
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly Action? _abortTransport;
    private readonly ResumeSignal _resume;

    // Guarded by Gate. While a flush is under way the pipe's writer is not to be touched: what is appended then waits in _side.
    private SegmentBuffer? _side;
    private long _unsent;
    private long _inFlight;
    private bool _flushing;
    private bool _completing;
    private bool _sendEnded;
    private bool _aborted;
    private bool _paused;
    private IConnectionSink? _sink;

    /// <summary>Makes a driver.</summary>
    /// <param name="transport">The pipes.</param>
    /// <param name="abortTransport">What cuts the transport below the pipes at once; null if completing the pipes is all there is.</param>
    /// <param name="scheduler">Where receiving goes on after a pause; null for the thread pool.</param>
    public PipeDriver(IDuplexPipe transport, Action? abortTransport = null, PipeScheduler? scheduler = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        _input = transport.Input;
        _output = transport.Output;
        _abortTransport = abortTransport;
        _resume = new ResumeSignal(scheduler ?? PipeScheduler.ThreadPool);
    }

    /// <inheritdoc/>
    public Lock Gate { get; } = new();

    /// <inheritdoc/>
    public IBufferWriter<byte> Output => this;

    /// <inheritdoc/>
    public long UnsentBytes => Volatile.Read(ref _unsent);

    /// <inheritdoc/>
    public bool RunsUserCode => true;

    /// <inheritdoc/>
    public void Start(IConnectionSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        bool ended;
        lock (Gate)
        {
            if (_sink is not null)
                throw new InvalidOperationException("The driver is started already.");
            _sink = sink;
            ended = _sendEnded;
        }

        // Aborted before there was anyone to tell: tell it now.
        if (ended)
            sink.OnSendEnd(error: null);
        _ = ReceiveAsync(sink);
        Flush();
    }

    /// <inheritdoc/>
    public void Flush()
    {
        lock (Gate)
        {
            if (_flushing || _sendEnded || _sink is null || (_unsent == 0 && !_completing))
                return;
            _flushing = true;
            _inFlight = _unsent;
        }

        RunFlushes();
    }

    /// <inheritdoc/>
    public void PauseReceive() => Volatile.Write(ref _paused, true);

    /// <inheritdoc/>
    public void ResumeReceive()
    {
        Volatile.Write(ref _paused, false);
        _resume.Set();
    }

    /// <inheritdoc/>
    public void CompleteSend()
    {
        lock (Gate)
            _completing = true;
        Flush();
    }

    /// <inheritdoc/>
    public void Abort()
    {
        bool flushing;
        bool end;
        IConnectionSink? sink;
        lock (Gate)
        {
            if (_aborted)
                return;
            sink = _sink;
            _aborted = true;
            flushing = _flushing;
            end = !flushing && !_sendEnded;
            _sendEnded |= end;
            _side?.Clear();
        }

        _abortTransport?.Invoke();
        // A writer must not be completed while it flushes: its buffers would go back to the pool with their bytes on the way.
        if (flushing)
            CancelUnlessCompleted(_output.CancelPendingFlush);
        else if (end)
            FinishSend(sink, new ConnectionAbortedException());
        CancelUnlessCompleted(_input.CancelPendingRead);
        _resume.Set();
    }

    /// <summary>Cutting the transport may have ended that side already, on another thread; a pipe over a stream then throws.</summary>
    private static void CancelUnlessCompleted(Action cancel)
    {
        try
        {
            cancel();
        }
        catch (ObjectDisposedException)
        {
            // There is nothing to cancel.
        }
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        if (_sendEnded)
        {
            // Dropped, and an ended connection holds no buffer.
            _side?.Clear();
            return;
        }

        if (_flushing)
            _side!.Advance(count);
        else
            _output.Advance(count);
        Volatile.Write(ref _unsent, _unsent + count);
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) =>
        _flushing || _sendEnded ? (_side ??= new SegmentBuffer()).GetMemory(sizeHint) : _output.GetMemory(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) =>
        _flushing || _sendEnded ? (_side ??= new SegmentBuffer()).GetMemory(sizeHint).Span : _output.GetSpan(sizeHint);

    private async Task ReceiveAsync(IConnectionSink sink)
    {
        Exception? error = null;
        try
        {
            // One method, so that waiting for bytes allocates nothing.
            while (true)
            {
                var read = await _input.ReadAsync().ConfigureAwait(false);
                if (Volatile.Read(ref _aborted))
                    break;
                Deliver(sink, read.Buffer);
                _input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    break;
                // A read that is cancelled but not by Abort is a server's way of saying that it shuts down: that comes to us elsewhere.
                while (Volatile.Read(ref _paused) && !Volatile.Read(ref _aborted))
                    await _resume.WaitAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            error = e;
        }

        await CompleteInputAsync(error).ConfigureAwait(false);
        sink.OnReceiveEnd(Volatile.Read(ref _aborted) ? null : error);
    }

    private static void Deliver(IConnectionSink sink, in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsEmpty)
            return;
        // What is read is consumed whole, so nobody sees these bytes again: they may be unmasked where they lie.
        if (buffer.IsSingleSegment)
        {
            sink.OnReceived(MemoryMarshal.AsMemory(buffer.First), endOfTurn: true);
            return;
        }

        foreach (var segment in buffer)
            sink.OnReceived(MemoryMarshal.AsMemory(segment), endOfTurn: false);
        sink.OnReceived(Memory<byte>.Empty, endOfTurn: true);
    }

    private async ValueTask CompleteInputAsync(Exception? error)
    {
        try
        {
            await _input.CompleteAsync(error).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // As for the writer.
        }
    }

    /// <summary>Flushes until nothing is left; only one caller at a time, the one that set <see cref="_flushing"/>.</summary>
    private void RunFlushes()
    {
        do
        {
            ValueTask<FlushResult> flush;
            try
            {
                flush = _output.FlushAsync();
            }
            catch (Exception e)
            {
                EndSend(e);
                return;
            }

            if (!flush.IsCompletedSuccessfully)
            {
                _ = AwaitFlushAsync(flush);
                return;
            }

            if (!AfterFlush(flush.Result))
                return;
        }
        while (true);
    }

    private async Task AwaitFlushAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            var result = await flush.ConfigureAwait(false);
            if (!AfterFlush(result))
                return;
        }
        catch (Exception e)
        {
            EndSend(e);
            return;
        }

        RunFlushes();
    }

    /// <summary>Accounts for a flush and gets the next one ready.</summary>
    /// <returns>Whether there is a next one.</returns>
    private bool AfterFlush(FlushResult result)
    {
        lock (Gate)
        {
            Volatile.Write(ref _unsent, _unsent - _inFlight);
            _inFlight = 0;
        }

        if (result.IsCompleted || Volatile.Read(ref _aborted))
        {
            EndSend(error: null);
            return false;
        }

        // Still flushing: what the sink appends now goes to the side and into the next flush, not into a nested one.
        _sink!.OnSendProgress();
        bool complete;
        lock (Gate)
        {
            if (!_aborted && _side is { Length: > 0 } side)
            {
                _inFlight = side.Length;
                side.MoveTo(_output);
                return true;
            }

            // At the end it stays set until EndSend: whoever calls Flush in between must not begin one on a writer that is completed.
            complete = _completing || _aborted;
            _flushing = complete;
        }

        if (complete)
            EndSend(error: null);
        return false;
    }

    private void EndSend(Exception? error)
    {
        lock (Gate)
        {
            if (_sendEnded)
                return;
            _sendEnded = true;
            _flushing = false;
        }

        FinishSend(_sink, _aborted ? new ConnectionAbortedException() : error);
    }

    /// <summary>Called once, by whoever set <see cref="_sendEnded"/>.</summary>
    private void FinishSend(IConnectionSink? sink, Exception? error)
    {
        lock (Gate)
        {
            _side?.Clear();
            Volatile.Write(ref _unsent, 0);
        }

        try
        {
            _output.Complete(error);
        }
        catch (Exception)
        {
            // A stream under the writer that fails to flush what is left: there is nobody to tell, and the connection is over.
        }

        sink?.OnSendEnd(_aborted ? null : error);
    }
}
