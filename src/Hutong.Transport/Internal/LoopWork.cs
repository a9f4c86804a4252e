using Hutong.Connections.Internal;

namespace Hutong.Transport.Internal;

/// <summary>Work for the end of a turn. It has no descriptor; it only uses the way by which sockets are given errands.</summary>
internal sealed class LoopWork(EventLoop loop, ITurnWork work) : LoopSocket(loop), ITurnRequest
{
    public void Post()
    {
        if (Loop.IsCurrent)
            Loop.Expect(work.Weight);
        Loop.Post(this, Errands.Start);
    }

    public void Run() => work.Run();

    public override void OnReady(Readiness readiness)
    {
    }

    public override void OnPosted(Errands errands) => Loop.Add(this);

    public override void OnFault(Exception exception)
    {
    }

    public override void OnLoopEnd()
    {
    }

    // Whom it concerned is gone with the loop.
    public override void OnOrphaned()
    {
    }
}
