using System.Buffers;
using System.Net;

namespace Hutong.Transport.Internal;

/// <summary>
/// A connection that has sent nothing yet. Its first bytes decide whose it is: a shortcut's past Kestrel, where there is one, or Kestrel's, who then
/// has something to do at once. If none come for a moment it is Kestrel's too, who keeps the time for a request.
/// </summary>
internal sealed class FreshSocket(EventLoop loop, int descriptor, IPEndPoint? local, IPEndPoint? remote, IShortcut? shortcut, LoopListener listener)
    : LoopSocket(loop)
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _response;

    private bool _done;

    /// <summary>Begins to wait. On the loop.</summary>
    public void Begin()
    {
        Loop.Add(descriptor, this);
        Loop.Sockets.Watch(descriptor, Readiness.Read, isNew: true);
        WatchedFor = Readiness.Read;
        Loop.CallLater(this);
    }

    public override void OnReady(Readiness readiness)
    {
        byte[] buffer = Loop.ReceiveBuffer;
        int count = Loop.Sockets.Receive(descriptor, buffer);
        if (count == Errors.WouldBlock)
            return;
        if (count <= 0)
        {
            OnLoopEnd();
            return;
        }

        var received = buffer.AsSpan(0, count);
        bool taken = shortcut is not null && TryTake(shortcut, received);
        _done = true;
        if (!taken)
            listener.GiveToKestrel(Loop, descriptor, local, remote, received);
    }

    public override void OnPosted(Errands errands) => Begin();

    public override void OnDue()
    {
        if (_done)
            return;
        _done = true;
        listener.GiveToKestrel(Loop, descriptor, local, remote, received: default);
    }

    public override void OnFault(Exception exception) => OnLoopEnd();

    public override void OnLoopEnd()
    {
        if (_done)
            return;
        _done = true;
        Loop.Remove(descriptor);
        listener.Forget();
    }

    public override void OnOrphaned()
    {
        Loop.Sockets.Close(descriptor);
        listener.Forget();
    }

    private bool TryTake(IShortcut shortcut, ReadOnlySpan<byte> received)
    {
        var response = _response ??= new ArrayBufferWriter<byte>(512);
        response.ResetWrittenCount();
        if (shortcut.TryTake(received, local, remote, response) is not { } taken)
            return false;
        Take(taken, received, response.WrittenSpan);
        return true;
    }

    private void Take(ShortcutConnection taken, ReadOnlySpan<byte> received, ReadOnlySpan<byte> response)
    {
        var early = received[taken.HeadLength..];
        var driver = new SocketDriver(
            Loop, descriptor, early.IsEmpty ? null : early.ToArray(), ended: false, taken.Watch);
        int sent = Math.Max(Loop.Sockets.Send(descriptor, response), 0);
        if (sent < response.Length)
        {
            lock (driver.Gate)
                driver.Output.Write(response[sent..]);
        }

        listener.Forget();
        // Until the connection is set up nothing is read.
        driver.Park();
        taken.Driver = driver;
        ThreadPool.UnsafeQueueUserWorkItem(taken, preferLocal: false);
    }
}
