using System.Text;
using Hutong.Rooms.Internal;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Support;

/// <summary>A wire in memory: messages are encoded, wait in a bounded queue, and are read when the test says so.</summary>
internal sealed class TestWire : SessionWire
{
    private readonly Queue<byte[]> _queue = new();
    private readonly List<byte[]> _read = [];
    private long _bytes;
    private long _drainedBelow = -1;
    private (int Code, string Reason)? _closing;

    public override string Name => "test";

    public override Dialect Dialect => JsonEnvelope.Instance;

    public override SessionLag Pending => new(_queue.Count, _bytes);

    /// <summary>How many bytes may wait; an empty queue takes one message of any size.</summary>
    public long Limit { get; set; } = 1 << 20;

    public bool IsOver { get; private set; }

    /// <summary>What the server closed it with; null if it did not.</summary>
    public (int Code, string Reason)? Closed { get; private set; }

    /// <summary>Whether the client reads what comes at once.</summary>
    public bool Reads { get; set; } = true;

    /// <summary>Called with each message that the client reads.</summary>
    public Action<Envelope>? OnMessage { get; set; }

    public override bool TrySend(OutgoingMessage message)
    {
        byte[] bytes = (byte[])message.In(Dialect);
        if (IsOver || _closing is not null || (_queue.Count > 0 && _bytes + bytes.Length > Limit))
            return false;
        _queue.Enqueue(bytes);
        _bytes += bytes.Length;
        return true;
    }

    public override void NotifyDrained(long bytes)
    {
        _drainedBelow = bytes;
        TellDrained();
    }

    public override void Close(int code, string reason) => _closing ??= (code, reason);

    /// <summary>The client reads messages, at most so many, and the end after the last of them.</summary>
    public int Read(int limit = int.MaxValue)
    {
        int count = 0;
        while (count < limit && !IsOver && _queue.TryDequeue(out byte[]? bytes))
        {
            count++;
            _bytes -= bytes.Length;
            _read.Add(bytes);
            EnvelopeCodec.Json.TryRead(bytes, out var envelope, out var error).ShouldBeTrue(error?.ToString() + Encoding.UTF8.GetString(bytes));
            OnMessage?.Invoke(envelope);
        }

        TellDrained();
        if (_queue.Count == 0 && !IsOver && _closing is { } closing)
        {
            Closed = closing;
            End(closing.Code);
        }

        return count;
    }

    /// <summary>The connection is gone, and with it what waits.</summary>
    public void End(int code = 1006)
    {
        if (IsOver)
            return;
        IsOver = true;
        _queue.Clear();
        _bytes = 0;
        Session?.End(code);
    }

    /// <summary>What was read since the last call, as texts.</summary>
    public List<string> Texts()
    {
        Read();
        var texts = _read.ConvertAll(Encoding.UTF8.GetString);
        _read.Clear();
        return texts;
    }

    private void TellDrained()
    {
        if (_drainedBelow < 0 || _bytes > _drainedBelow || IsOver || _closing is not null)
            return;
        _drainedBelow = -1;
        Session?.Drained();
    }
}
