using System.Buffers;
using System.IO.Pipelines;
using Hutong.Transport.Internal;

namespace Hutong.Transport;

/// <summary>One socket of <see cref="SimulatedSockets"/>: what has come waits until it is received, and a full output takes nothing.</summary>
internal sealed class SimulatedSocket
{
    private readonly IDuplexPipe _transport;
    private readonly Action _changed;
    private ReadResult? _arrived;
    private bool _reset;
    private bool _full;
    private bool _outputEnded;
    private bool _shutDown;
    private bool _closed;

    public SimulatedSocket(IDuplexPipe transport, Action changed)
    {
        _transport = transport;
        _changed = changed;
        _ = ArriveAsync();
    }

    /// <summary>What the loop watches for; null if it does not.</summary>
    public Readiness? Interest { get; set; }

    public Readiness Ready
    {
        get
        {
            if (Interest is not { } interest)
                return Readiness.None;
            var state = Readiness.None;
            if (_arrived is not null)
                state |= Readiness.Read;
            if (!_full)
                state |= Readiness.Write;
            if (_shutDown)
                state |= Readiness.Read | Readiness.HangUp;
            if (_reset)
                state |= Readiness.Read | Readiness.Error | Readiness.HangUp;
            return state & (interest | Readiness.Error | Readiness.HangUp);
        }
    }

    public int Receive(Span<byte> buffer)
    {
        if (_reset)
            return Errors.Reset;
        if (_arrived is not { } arrived)
            return _shutDown ? 0 : Errors.WouldBlock;
        if (arrived.Buffer.IsEmpty)
            return 0;
        var taken = arrived.Buffer.Slice(0, Math.Min(buffer.Length, arrived.Buffer.Length));
        int count = (int)taken.Length;
        taken.CopyTo(buffer);
        _arrived = null;
        _transport.Input.AdvanceTo(taken.End);
        _ = ArriveAsync();
        return count;
    }

    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (_outputEnded || _reset)
            return Errors.BrokenPipe;
        if (_full)
            return Errors.WouldBlock;
        // A socket takes what it has room for.
        int count = Math.Min(bytes.Length, 3000);
        _transport.Output.Write(bytes[..count]);
        _full = true;
        _ = FlushAsync();
        return count;
    }

    public void ShutdownSend() => EndOutput();

    public void ShutdownBoth()
    {
        _shutDown = true;
        EndOutput();
        _changed();
    }

    public void Close()
    {
        _closed = true;
        if (_arrived is { } arrived)
            _transport.Input.AdvanceTo(arrived.Buffer.Start);
        _arrived = null;
        _transport.Input.Complete();
        EndOutput();
    }

    private void EndOutput()
    {
        if (_outputEnded)
            return;
        _outputEnded = true;
        _transport.Output.Complete();
    }

    private async Task ArriveAsync()
    {
        try
        {
            var arrived = await _transport.Input.ReadAsync().ConfigureAwait(false);
            if (_closed)
                return;
            _arrived = arrived;
        }
        catch (Exception)
        {
            _reset = true;
        }

        _changed();
    }

    private async Task FlushAsync()
    {
        try
        {
            if ((await _transport.Output.FlushAsync().ConfigureAwait(false)).IsCompleted)
                _outputEnded = true;
        }
        catch (Exception)
        {
            _outputEnded = true;
        }

        _full = false;
        _changed();
    }
}
