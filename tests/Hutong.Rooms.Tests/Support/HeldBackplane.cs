namespace Hutong.Rooms.Support;

/// <summary>A backplane whose answers come when the test says so.</summary>
internal sealed class HeldBackplane(MemoryBackplane inner) : IBackplane
{
    private readonly List<(Func<HistoryPage> Read, TaskCompletionSource<HistoryPage> Done)> _reads = [];
    private readonly List<(HistoryPage Page, TaskCompletionSource<HistoryPage> Done)> _read = [];
    private IRoomSubscriber? _subscriber;

    public bool HoldsReads { get; set; }

    /// <summary>Whether the next publications are lost on their way to the subscribers.</summary>
    public bool Loses { get; set; }

    public bool Fails { get; set; }

    public ValueTask<StreamPosition?> PublishAsync(string room, PublishRequest request, StreamOptions stream, CancellationToken cancellationToken = default) =>
        inner.PublishAsync(room, request, stream, cancellationToken);

    public ValueTask<StreamPosition?> SubscribeAsync(string room, StreamOptions stream, IRoomSubscriber subscriber, CancellationToken cancellationToken = default) =>
        Fails ? throw new IOException("The backplane is away.") : inner.SubscribeAsync(room, stream, _subscriber = new Line(this, subscriber), cancellationToken);

    public ValueTask UnsubscribeAsync(string room, IRoomSubscriber subscriber) => inner.UnsubscribeAsync(room, _subscriber!);

    public ValueTask<HistoryPage> ReadAsync(string room, StreamOptions stream, StreamPosition? since, int limit, CancellationToken cancellationToken = default)
    {
        if (Fails)
            throw new IOException("The backplane is away.");
        if (!HoldsReads)
            return inner.ReadAsync(room, stream, since, limit, cancellationToken);
        var done = new TaskCompletionSource<HistoryPage>();
        _reads.Add((() => inner.ReadAsync(room, stream, since, limit).AsTask().GetAwaiter().GetResult(), done));
        return new(done.Task);
    }

    public ValueTask SendAsync(NodeMessage message, CancellationToken cancellationToken = default) => inner.SendAsync(message, cancellationToken);

    public IDisposable Attach(Action<NodeMessage> receiver) => inner.Attach(receiver);

    /// <summary>Reads what was asked for; the answers stay on their way.</summary>
    public void ReadNow()
    {
        _read.AddRange(_reads.Select(r => (r.Read(), r.Done)));
        _reads.Clear();
    }

    /// <summary>Lets the answers arrive, and further ones at once.</summary>
    public void Release()
    {
        HoldsReads = false;
        ReadNow();
        foreach (var (page, done) in _read.ToList())
            done.SetResult(page);
        _read.Clear();
    }

    /// <summary>Brings the node a publication that was never published here.</summary>
    public void Inject(Publication publication)
    {
        _subscriber!.Receive(publication);
        _subscriber.Flush();
    }

    private sealed class Line(HeldBackplane owner, IRoomSubscriber subscriber) : IRoomSubscriber
    {
        public void Receive(Publication publication)
        {
            if (!owner.Loses)
                subscriber.Receive(publication);
        }

        public void Flush() => subscriber.Flush();

        public void Check() => subscriber.Check();
    }
}
