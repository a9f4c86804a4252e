using System.Buffers;

namespace Hutong.Connections;

/// <summary>
/// The bytes below a connection: a pipe, an event loop, a test. The full contract is in
/// <c>docs/reference/driver.md</c>; in short:
/// <list type="bullet">
/// <item>The sink is called by one thread at a time for what is received, and never under <see cref="Gate"/>.</item>
/// <item>Bytes appended to <see cref="Output"/> leave in order; each is counted in <see cref="UnsentBytes"/> until the transport has taken it.</item>
/// <item>Each side ends exactly once, whatever happens: <see cref="IConnectionSink.OnReceiveEnd"/> and <see cref="IConnectionSink.OnSendEnd"/>.</item>
/// </list>
/// </summary>
public interface IConnectionDriver
{
    /// <summary>Held by the connection while it appends to <see cref="Output"/>, and by the driver while it takes from it.</summary>
    Lock Gate { get; }

    /// <summary>Where frames are appended, under <see cref="Gate"/>. After the sending side has ended, what is appended is dropped.</summary>
    IBufferWriter<byte> Output { get; }

    /// <summary>Bytes appended that the transport has not taken.</summary>
    long UnsentBytes { get; }

    /// <summary>
    /// Whether <see cref="IConnectionSink.OnReceived"/> is called where user code may run for long: true on the thread pool, false on an
    /// event loop, where readers are then woken on the pool.
    /// </summary>
    bool RunsUserCode { get; }

    /// <summary>Begins to receive. Called once; bytes may reach the sink before this returns.</summary>
    /// <param name="sink">Who takes what is received.</param>
    void Start(IConnectionSink sink);

    /// <summary>Hands what was appended to the transport. From any thread, not under <see cref="Gate"/>; never blocks.</summary>
    void Flush();

    /// <summary>
    /// As <see cref="Flush"/>, but the driver may wait until its turn is over, so that what several publishers send to one subscriber leaves
    /// in one write.
    /// </summary>
    void FlushLater() => Flush();

    /// <summary>Appends bytes that never change, under <see cref="Gate"/>: the driver may send them from where they lie.</summary>
    /// <param name="bytes">The bytes.</param>
    void AppendShared(byte[] bytes) => Output.Write(bytes);

    /// <summary>Stops receiving after what is being delivered. From any thread.</summary>
    void PauseReceive();

    /// <summary>Goes on receiving. From any thread.</summary>
    void ResumeReceive();

    /// <summary>Ends the sending side once what was appended has left. From any thread; repeated calls do nothing.</summary>
    void CompleteSend();

    /// <summary>
    /// As <see cref="CompleteSend"/>, and when the sending side has ended, ends the other too: the peer has said its last word. From any thread;
    /// repeated calls do nothing. A driver whose transport ends by itself when its sending side has need not have the method.
    /// </summary>
    void Close() => CompleteSend();

    /// <summary>Ends both sides at once and drops what has not left. From any thread; repeated calls do nothing.</summary>
    void Abort();
}
