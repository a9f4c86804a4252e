namespace Hutong.Rooms.Model;

/// <summary>
/// What lies between the nodes, as a network has it: everything takes a while, by a seed, and what is published reaches each subscriber later, in
/// order. If it is lossy, some of it comes twice, out of turn, or not at all.
/// </summary>
internal sealed class DelayedBackplane(MemoryBackplane inner, Delays delays) : IBackplane
{
    private readonly Dictionary<IRoomSubscriber, Line> _lines = [];

    public bool IsLossy { get; set; }

    public async ValueTask<StreamPosition?> PublishAsync(string room, PublishRequest request, StreamOptions stream, CancellationToken cancellationToken = default)
    {
        await Delay();
        var position = await inner.PublishAsync(room, request, stream, cancellationToken);
        await Delay();
        return position;
    }

    public async ValueTask<StreamPosition?> SubscribeAsync(string room, StreamOptions stream, IRoomSubscriber subscriber, CancellationToken cancellationToken = default)
    {
        await Delay();
        var line = new Line(this, subscriber);
        _lines.Add(subscriber, line);
        var position = await inner.SubscribeAsync(room, stream, line, cancellationToken);
        await Delay();
        return position;
    }

    public async ValueTask UnsubscribeAsync(string room, IRoomSubscriber subscriber)
    {
        await Delay();
        _lines.Remove(subscriber, out var line);
        await inner.UnsubscribeAsync(room, line!);
        await Delay();
    }

    public async ValueTask<HistoryPage> ReadAsync(string room, StreamOptions stream, StreamPosition? since, int limit, CancellationToken cancellationToken = default)
    {
        await Delay();
        var page = await inner.ReadAsync(room, stream, since, limit, cancellationToken);
        await Delay();
        return page;
    }

    public async ValueTask SendAsync(NodeMessage message, CancellationToken cancellationToken = default)
    {
        await Delay();
        await inner.SendAsync(message, cancellationToken);
    }

    public IDisposable Attach(Action<NodeMessage> receiver) => inner.Attach(receiver);

    private ValueTask Delay() => delays.Wait();

    private sealed class Line(DelayedBackplane owner, IRoomSubscriber subscriber) : IRoomSubscriber
    {
        private readonly List<Publication> _onTheWay = [];
        private bool _moves;

        public void Receive(Publication publication)
        {
            int luck = owner.IsLossy ? owner.Luck() : 100;
            if (luck < 5)
                return;
            _onTheWay.Add(publication);
            if (luck < 10)
                _onTheWay.Add(publication);
            else if (luck < 15 && _onTheWay.Count > 1)
                (_onTheWay[^1], _onTheWay[^2]) = (_onTheWay[^2], _onTheWay[^1]);
        }

        public void Flush()
        {
            if (_moves)
                return;
            _moves = true;
            _ = MoveAsync();
        }

        public void Check() => subscriber.Check();

        private async Task MoveAsync()
        {
            while (_onTheWay.Count > 0)
            {
                await owner.Delay();
                int count = owner.Luck() % _onTheWay.Count + 1;
                foreach (var publication in _onTheWay[..count])
                    subscriber.Receive(publication);
                _onTheWay.RemoveRange(0, count);
                subscriber.Flush();
            }

            _moves = false;
        }
    }

    private int Luck() => delays.Random.Next(100);
}
