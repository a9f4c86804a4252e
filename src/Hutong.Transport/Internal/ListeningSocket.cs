using Hutong.Transport.Internal.Linux;

namespace Hutong.Transport.Internal;

/// <summary>A listening socket as one of the loops sees it: all watch the same, and one is woken for a connection.</summary>
internal sealed class ListeningSocket(EventLoop loop, int descriptor, LoopListener listener) : LoopSocket(loop)
{
    // So many connections are accepted in one turn; those who are served wait for it.
    private const int MaxAccepts = 64;

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _watched;
    private bool _complained;

    /// <summary>Ends when the loop accepts no more.</summary>
    public Task Closed => _closed.Task;

    public override void OnReady(Readiness readiness)
    {
        for (int i = 0; i < MaxAccepts; i++)
        {
            if (!listener.HasRoom)
            {
                StopWatching();
                return;
            }

            int accepted = SocketAddresses.Accept(descriptor, out var remote);
            if (accepted >= 0)
            {
                _complained = false;
                listener.OnAccepted(Loop, accepted, remote);
            }
            else if (accepted != Errors.Aborted && accepted != Errors.Interrupted)
            {
                OnFailed(accepted);
                return;
            }
        }
    }

    public override void OnPosted(Errands errands)
    {
        if (errands.HasFlag(Errands.Close))
            Close();
        else if (!_closed.Task.IsCompleted)
            Watch();
    }

    public override void OnFault(Exception exception)
    {
        // It goes on listening.
    }

    public override void OnLoopEnd() => Close();

    public override void OnOrphaned() => _closed.TrySetResult();

    private void OnFailed(int error)
    {
        if (error == Errors.WouldBlock)
            return;
        // No descriptors or no memory: the connection stays in the queue and the socket ready, so look again in a while.
        StopWatching();
        if (!_complained)
            TransportLog.AcceptFailed(Loop.Log, -error);
        _complained = true;
        _ = Task.Delay(TimeSpan.FromMilliseconds(100)).ContinueWith(_ => Loop.Post(this, Errands.Resume), TaskScheduler.Default);
    }

    private void Watch()
    {
        if (_watched)
            return;
        _watched = true;
        Loop.AddListening(descriptor, this);
        Loop.Sockets.Watch(descriptor, Readiness.Read | Readiness.Exclusive, isNew: true);
    }

    private void StopWatching()
    {
        if (!_watched)
            return;
        _watched = false;
        Loop.RemoveListening(descriptor);
    }

    private void Close()
    {
        StopWatching();
        _closed.TrySetResult();
    }
}
