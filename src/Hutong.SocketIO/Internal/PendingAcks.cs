namespace Hutong.SocketIO.Internal;

/// <summary>For the answers of many clients to one event.</summary>
internal sealed class PendingAcks(int count)
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SocketAnswer> _answers = [];
    private readonly Lock _gate = new();

    // One more for whoever asks: see Asked.
    private int _left = count + 1;

    public Task All => _all.Task;

    public IReadOnlyList<SocketAnswer> Answers
    {
        get
        {
            lock (_gate)
                return [.. _answers];
        }
    }

    /// <summary>Everyone has been asked.</summary>
    public void Asked() => Count(null);

    /// <summary>For one of them.</summary>
    public PendingAck One() => new Part(this);

    private void Count(SocketAnswer? answer)
    {
        lock (_gate)
        {
            if (answer is not null)
                _answers.Add(answer);
            if (--_left > 0)
                return;
        }

        _all.TrySetResult();
    }

    private sealed class Part(PendingAcks all) : PendingAck
    {
        public override void Take(SocketEvent answer) => all.Count(answer.ToAnswer());

        public override void Fail(Exception reason) => all.Count(null);
    }
}
