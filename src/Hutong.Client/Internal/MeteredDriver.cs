using System.Buffers;
using Hutong.Connections;

namespace Hutong.Client.Internal;

/// <summary>A driver that also tells its maker when bytes have left, and when no more will.</summary>
internal sealed class MeteredDriver(IConnectionDriver inner, Action onProgress, Action onSendEnd) : IConnectionDriver
{
    public Lock Gate => inner.Gate;

    public IBufferWriter<byte> Output => inner.Output;

    public long UnsentBytes => inner.UnsentBytes;

    public bool RunsUserCode => inner.RunsUserCode;

    public void Start(IConnectionSink sink) => inner.Start(new Sink(sink, onProgress, onSendEnd));

    public void Flush() => inner.Flush();

    public void PauseReceive() => inner.PauseReceive();

    public void ResumeReceive() => inner.ResumeReceive();

    public void CompleteSend() => inner.CompleteSend();

    public void Close() => inner.Close();

    public void Abort() => inner.Abort();

    private sealed class Sink(IConnectionSink inner, Action onProgress, Action onSendEnd) : IConnectionSink
    {
        public void OnReceived(Memory<byte> data, bool endOfTurn) => inner.OnReceived(data, endOfTurn);

        public void OnSendProgress()
        {
            inner.OnSendProgress();
            onProgress();
        }

        public void OnReceiveEnd(Exception? error) => inner.OnReceiveEnd(error);

        public void OnSendEnd(Exception? error)
        {
            onSendEnd();
            inner.OnSendEnd(error);
        }
    }
}
