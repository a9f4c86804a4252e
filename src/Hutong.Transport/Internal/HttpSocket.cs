using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Hutong.Connections.Internal;
using ConnectionAbortedException = Microsoft.AspNetCore.Connections.ConnectionAbortedException;

namespace Hutong.Transport.Internal;

/// <summary>
/// A connection while Kestrel has it: the loop receives into one pipe, and whichever thread flushes the other pipe sends. It ends with Kestrel's
/// use of it, or by handing its socket over.
/// </summary>
internal sealed class HttpSocket : LoopSocket
{
    // How long unsent bytes may take to leave once Kestrel is done with the connection.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    private readonly Pipe _input;
    private readonly Pipe _output;
    private readonly Task _sending;
    private readonly ResumeSignal _writable;
    private readonly TimeProvider _time;

    // Held by the loop while it receives, and by whoever takes the socket away from it; the descriptor is used by others only under it.
    private readonly Lock _gate = new();
    private int _descriptor;
    private int _taken;
    private bool _receiveEnded;
    private bool _receivePaused;
    private bool _handedOver;
    private bool _sendEnded;
    private bool _awaitsWritable;
    private volatile bool _readerIsGone;
    private volatile bool _closing;
    private volatile SocketDriver? _driver;

    /// <summary>Makes one for a new connection.</summary>
    /// <param name="loop">Where it lives.</param>
    /// <param name="descriptor">The socket.</param>
    /// <param name="local">This end's address.</param>
    /// <param name="remote">The client's address.</param>
    /// <param name="pipes">What its pipes are made with.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public HttpSocket(EventLoop loop, int descriptor, EndPoint? local, EndPoint? remote, HttpPipeOptions pipes, TimeProvider? time = null)
        : base(loop)
    {
        _time = time ?? TimeProvider.System;
        _descriptor = descriptor;
        _writable = new ResumeSignal(pipes.Scheduler);
        _input = new Pipe(pipes.Input);
        _output = new Pipe(pipes.Output);
        Context = new HttpConnectionContext(this, new PipePair(_input.Reader, _output.Writer), local, remote, pipes.Memory, pipes.Scheduler);
        _sending = SendAsync();
    }

    public HttpConnectionContext Context { get; }

    /// <summary>Begins to receive. On the loop.</summary>
    public void Begin()
    {
        Loop.Add(_descriptor, this);
        Loop.Sockets.Watch(_descriptor, Readiness.Read, isNew: true);
        WatchedFor = Readiness.Read;
    }

    /// <summary>Begins with a socket that is watched already, and with what it has received. On the loop.</summary>
    public void Adopt(ReadOnlySpan<byte> received)
    {
        WatchedFor = Loop.Add(_descriptor, this)?.WatchedFor;
        if (received.IsEmpty)
            return;
        _input.Writer.Write(received);
        var flush = _input.Writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            _receivePaused = true;
            _ = ResumeAfterAsync(flush);
        }
    }

    public override void OnReady(Readiness readiness)
    {
        lock (_gate)
        {
            if (_handedOver)
            {
                // Its new owner takes this place when it starts. Until then nobody reads it, and it would be reported for ever.
                Loop.Sockets.Unwatch(_taken);
                WatchedFor = null;
                return;
            }

            if (_descriptor < 0)
                return;
            if (readiness.HasFlag(Readiness.Write))
            {
                _awaitsWritable = false;
                _writable.Set();
            }

            if (!_receiveEnded && !_receivePaused)
                Receive();
            else if ((readiness & (Readiness.Error | Readiness.HangUp)) != Readiness.None)
                Cut();
            UpdateInterest();
        }
    }

    public override void OnPosted(Errands errands)
    {
        lock (_gate)
        {
            if (_handedOver || _descriptor < 0)
                return;
            if (errands.HasFlag(Errands.Start))
                Begin();
            if (errands.HasFlag(Errands.Resume))
                Resume();
            if (errands.HasFlag(Errands.AwaitWritable))
                _awaitsWritable = true;
            if (errands.HasFlag(Errands.Close))
                Close();
            else
                UpdateInterest();
        }
    }

    public override void OnFault(Exception exception) => Abort(new ConnectionAbortedException("The transport failed.", exception));

    public override void OnLoopEnd()
    {
        lock (_gate)
        {
            if (!_handedOver && _descriptor >= 0)
                Close();
        }
    }

    public override void OnOrphaned()
    {
        lock (_gate)
        {
            if (_handedOver || _descriptor < 0)
                return;
            Loop.Sockets.Close(_descriptor);
            _descriptor = -1;
            _closing = true;
        }

        End(new ConnectionAbortedException());
    }

    /// <summary>Kestrel cuts the connection.</summary>
    public void Abort(ConnectionAbortedException reason)
    {
        SocketDriver? driver;
        lock (_gate)
        {
            _closing = true;
            driver = _driver;
        }

        driver?.Abort();
        if (_handedOver)
            return;
        _output.Reader.CancelPendingRead();
        _writable.Set();
        Loop.Post(this, Errands.Close);
    }

    /// <summary>
    /// Takes the socket away from Kestrel: what Kestrel has written leaves through the driver, and what it has not read is the driver's first input.
    /// Called within the request that became a WebSocket, when nobody else reads or writes.
    /// </summary>
    /// <param name="watch">What guards the loop against slow callbacks.</param>
    /// <param name="keepsRequest">Whether the request stays open and ends the connection if Kestrel cuts it.</param>
    /// <returns>The driver; null if the connection is over.</returns>
    public async ValueTask<SocketDriver?> HandOverAsync(CallbackWatch? watch, bool keepsRequest)
    {
        int descriptor;
        bool ended;
        // The loop is not in the middle of a receive, and begins none.
        lock (_gate)
        {
            if (_handedOver || _descriptor < 0 || _closing)
                return null;
            _handedOver = true;
            descriptor = _taken = _descriptor;
            _descriptor = -1;
            ended = _receiveEnded;
        }

        _output.Reader.CancelPendingRead();
        _writable.Set();
        await _sending.ConfigureAwait(false);
        bool isWhole = TryTakeUnread(out byte[]? early);
        var driver = new SocketDriver(Loop, descriptor, early, ended, watch, keepsRequest ? Context.SignalClosed : null);
        // The socket is the driver's, who closes it whatever has happened to the bytes.
        if (!isWhole || !TryTakeUnsent(driver))
            driver.Abort();
        if (!keepsRequest)
            return driver;
        // Kestrel may have cut the connection meanwhile: one of the two sees what the other has written.
        lock (_gate)
            _driver = driver;
        if (_closing)
            driver.Abort();
        return driver;
    }

    /// <summary>Kestrel is done. What it has written still leaves, in bounded time.</summary>
    public async ValueTask DisposeAsync()
    {
        await _input.Reader.CompleteAsync().ConfigureAwait(false);
        await _output.Writer.CompleteAsync().ConfigureAwait(false);
        if (_handedOver)
            return;
        try
        {
            await _sending.WaitAsync(DrainTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The peer does not read: it loses the rest.
        }

        _closing = true;
        _writable.Set();
        Loop.Post(this, Errands.Close);
    }

    private void Receive()
    {
        byte[] buffer = Loop.ReceiveBuffer;
        int count = Loop.Sockets.Receive(_descriptor, buffer);
        if (count > 0)
        {
            _input.Writer.Write(buffer.AsSpan(0, count));
            var flush = _input.Writer.FlushAsync();
            if (!flush.IsCompletedSuccessfully)
            {
                _receivePaused = true;
                _ = ResumeAfterAsync(flush);
            }
            else if (flush.Result.IsCompleted)
            {
                // Nobody reads on: stay silent until the connection is disposed.
                _receiveEnded = true;
            }
        }
        else if (count != Errors.WouldBlock)
        {
            EndReceive(count == 0 ? null : Errors.ToException(count));
        }
    }

    private void Resume()
    {
        _receivePaused = false;
        // Stay silent until the connection is disposed.
        _receiveEnded |= _readerIsGone;
    }

    private async Task ResumeAfterAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            _readerIsGone = (await flush.ConfigureAwait(false)).IsCompleted;
        }
        catch (Exception)
        {
            // The reader gave up with an error, which is its own to tell.
            _readerIsGone = true;
        }

        Loop.Post(this, Errands.Resume);
    }

    private void EndReceive(Exception? error)
    {
        _receiveEnded = true;
        _input.Writer.Complete(error);
        Context.SignalClosed();
    }

    /// <summary>Both directions are over, and nobody was receiving who would have noticed.</summary>
    private void Cut()
    {
        if (!_receiveEnded)
            EndReceive(Errors.ToException(Errors.Reset));
        _closing = true;
        _output.Reader.CancelPendingRead();
        _writable.Set();
        Loop.Sockets.Unwatch(_descriptor);
        WatchedFor = null;
    }

    private void UpdateInterest()
    {
        // Once it is cut it is watched no more.
        if (WatchedFor is null)
            return;
        var wanted = _receiveEnded || _receivePaused ? Readiness.None : Readiness.Read;
        if (_awaitsWritable)
            wanted |= Readiness.Write;
        if (wanted == WatchedFor)
            return;
        Loop.Sockets.Watch(_descriptor, wanted, isNew: false);
        WatchedFor = wanted;
    }

    private void Close()
    {
        Loop.Remove(_descriptor);
        _descriptor = -1;
        _closing = true;
        End(new ConnectionAbortedException());
    }

    private void End(Exception error)
    {
        if (!_receiveEnded)
            EndReceive(error);
        _output.Reader.CancelPendingRead();
        _writable.Set();
    }

    private async Task SendAsync()
    {
        Exception? error = null;
        while (true)
        {
            ReadResult read;
            try
            {
                read = await _output.Reader.ReadAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // The writer was completed with an error: there is nothing more to send.
                error = e;
                break;
            }

            if (_handedOver)
            {
                // The rest is the driver's.
                _output.Reader.AdvanceTo(read.Buffer.Start);
                return;
            }

            var consumed = read.Buffer.Start;
            foreach (var segment in read.Buffer)
            {
                int sent = await SendAsync(segment).ConfigureAwait(false);
                consumed = read.Buffer.GetPosition(Math.Max(sent, 0), consumed);
                if (sent < segment.Length)
                {
                    error = sent < 0 ? Errors.ToException(sent) : null;
                    break;
                }
            }

            _output.Reader.AdvanceTo(consumed, _handedOver ? consumed : read.Buffer.End);
            if (_handedOver)
                return;
            if (error is not null || read.IsCompleted || _closing)
                break;
        }

        lock (_gate)
        {
            // Whoever has no more to say to a client is done with it, as with Kestrel's own transport: the loop sees the end at once.
            if (_descriptor >= 0)
                Loop.Sockets.ShutdownBoth(_descriptor);
        }

        _sendEnded = true;
        await _output.Reader.CompleteAsync(error).ConfigureAwait(false);
    }

    /// <summary>Sends bytes, waiting for room.</summary>
    /// <returns>How many were sent: all, fewer if the socket is taken away or closing, or a negated errno value.</returns>
    private async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        int sent = 0;
        while (sent < bytes.Length)
        {
            int count;
            lock (_gate)
            {
                if (_handedOver || _closing || _descriptor < 0)
                    return sent;
                count = Loop.Sockets.Send(_descriptor, bytes.Span[sent..]);
            }

            if (count == Errors.WouldBlock)
            {
                Loop.Post(this, Errands.AwaitWritable);
                await _writable.WaitAsync().ConfigureAwait(false);
            }
            else if (count < 0)
            {
                return count;
            }
            else
            {
                sent += count;
            }
        }

        return sent;
    }

    /// <returns>False if the connection was reset, or Kestrel has given up its pipes.</returns>
    private bool TryTakeUnread(out byte[]? early)
    {
        early = null;
        try
        {
            if (_input.Reader.TryRead(out var read))
            {
                early = read.Buffer.IsEmpty ? null : read.Buffer.ToArray();
                _input.Reader.AdvanceTo(read.Buffer.End);
            }

            return true;
        }
        catch (Exception)
        {
            return false;
        }
        finally
        {
            if (!_receiveEnded)
                _input.Writer.Complete();
        }
    }

    /// <returns>As <see cref="TryTakeUnread"/>.</returns>
    private bool TryTakeUnsent(SocketDriver driver)
    {
        if (_sendEnded)
            return false;
        try
        {
            if (_output.Reader.TryRead(out var read))
            {
                lock (driver.Gate)
                {
                    foreach (var segment in read.Buffer)
                        driver.Output.Write(segment.Span);
                }

                _output.Reader.AdvanceTo(read.Buffer.End);
            }

            return true;
        }
        catch (Exception)
        {
            return false;
        }
        finally
        {
            _output.Reader.Complete();
        }
    }

    private sealed record PipePair(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
