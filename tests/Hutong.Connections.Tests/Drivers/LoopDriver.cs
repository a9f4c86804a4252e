namespace Hutong.Connections.Drivers;

/// <summary>A driver without a transport: the test delivers, and what is flushed counts as taken at once. It allocates nothing.</summary>
internal sealed class LoopDriver : IConnectionDriver, System.Buffers.IBufferWriter<byte>
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private IConnectionSink? _sink;
    private int _used;

    public Lock Gate { get; } = new();

    public System.Buffers.IBufferWriter<byte> Output => this;

    public long UnsentBytes => _used;

    public bool RunsUserCode => true;

    /// <summary>All that has been taken.</summary>
    public long Taken { get; private set; }

    public bool Paused { get; private set; }

    /// <summary>Whether the transport takes what is flushed.</summary>
    public bool Takes { get; set; } = true;

    public void Start(IConnectionSink sink) => _sink = sink;

    public void Deliver(Memory<byte> data, bool endOfTurn = true) => _sink!.OnReceived(data, endOfTurn);

    public void Flush()
    {
        lock (Gate)
        {
            if (_used == 0 || !Takes || _sink is null)
                return;
            Taken += _used;
            _used = 0;
        }

        _sink.OnSendProgress();
    }

    public void PauseReceive() => Paused = true;

    public void ResumeReceive() => Paused = false;

    public void CompleteSend() => _sink!.OnSendEnd(null);

    public void Abort()
    {
        _used = 0;
        _sink!.OnReceiveEnd(null);
        _sink!.OnSendEnd(null);
    }

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_used);

    public Span<byte> GetSpan(int sizeHint = 0) => _buffer.AsSpan(_used);
}
