using System.Buffers;
using Hutong.Connections;

namespace Hutong.Rooms.Perf;

/// <summary>A transport that takes everything at once and does nothing with it: what is left is the cost above it.</summary>
internal sealed class NullDriver : IConnectionDriver, IBufferWriter<byte>
{
    [ThreadStatic]
    private static byte[]? _scratch;

    private IConnectionSink? _sink;

    public Lock Gate { get; } = new();

    public IBufferWriter<byte> Output => this;

    public long UnsentBytes => 0;

    public bool RunsUserCode => true;

    public void Start(IConnectionSink sink) => _sink = sink;

    public void Flush()
    {
    }

    public void AppendShared(byte[] bytes)
    {
    }

    public void PauseReceive()
    {
    }

    public void ResumeReceive()
    {
    }

    public void CompleteSend() => End();

    public void Abort() => End();

    public void Advance(int count)
    {
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => Scratch(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => Scratch(sizeHint);

    private static byte[] Scratch(int size)
    {
        if (_scratch is null || _scratch.Length < size)
            _scratch = new byte[Math.Max(4096, size)];
        return _scratch;
    }

    private void End()
    {
        var sink = Interlocked.Exchange(ref _sink, null);
        sink?.OnSendEnd(null);
        sink?.OnReceiveEnd(null);
    }
}
