namespace Hutong.Client.Internal;

/// <summary>Messages in order, bounded. Those that wait for room are its tail, beyond the bound. Used in the mailbox.</summary>
internal sealed class SendQueue(ClientQueueOptions options)
{
    private readonly LinkedList<Sending> _items = new();
    private LinkedListNode<Sending>? _firstWaiting;
    private int _admitted;
    private long _bytes;

    public int Count => _items.Count;

    /// <summary>Bytes of what is queued; from any thread.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public void Push(Sending item)
    {
        if (item.Size > options.MaxBytes || options.MaxCount < 1)
        {
            item.Drop(Full());
            return;
        }

        if (options.WhenFull is QueueFullPolicy.DropOldest or QueueFullPolicy.DropNewest)
        {
            while (!Fits(item))
            {
                var victim = (options.WhenFull == QueueFullPolicy.DropOldest ? _items.First : _items.Last)!.Value;
                Remove(victim);
                victim.Drop(Full());
            }
        }
        else if (_firstWaiting is not null || !Fits(item))
        {
            if (options.WhenFull == QueueFullPolicy.Reject || _items.Count - _admitted >= options.MaxCount)
            {
                item.Drop(Full());
                return;
            }

            item.Is(SendStatus.Waiting);
        }

        item.Node = _items.AddLast(item);
        _firstWaiting ??= item.Node;
        Admit();
    }

    /// <summary>Puts back what must go first. It was accepted before, so no bound turns it away.</summary>
    public void Unshift(IReadOnlyList<Sending> items)
    {
        for (int i = items.Count - 1; i >= 0; i--)
        {
            var item = items[i];
            item.Node = _items.AddFirst(item);
            Take(item);
        }
    }

    public Sending? Shift()
    {
        if (_items.First is not { } first)
            return null;
        Remove(first.Value);
        return first.Value;
    }

    public void Remove(Sending item)
    {
        if (item.Node is not { } node)
            return;
        if (node == _firstWaiting)
            _firstWaiting = node.Next;
        _items.Remove(node);
        item.Node = null;
        if (!item.IsAdmitted)
            return;
        item.IsAdmitted = false;
        _admitted--;
        Volatile.Write(ref _bytes, _bytes - item.Size);
        Admit();
    }

    public void Clear(ClientException error)
    {
        while (_items.First is { } first)
        {
            _items.RemoveFirst();
            first.Value.Node = null;
            first.Value.IsAdmitted = false;
            _firstWaiting = null;
            _admitted = 0;
            Volatile.Write(ref _bytes, 0);
            first.Value.Drop(error);
        }
    }

    private static ClientException Full() => new(ClientErrorCode.QueueFull, "The queue is full.");

    private bool Fits(Sending item) => _admitted == 0 || (_admitted < options.MaxCount && _bytes + item.Size <= options.MaxBytes);

    private void Admit()
    {
        while (_firstWaiting is { } node && Fits(node.Value))
        {
            _firstWaiting = node.Next;
            Take(node.Value);
        }
    }

    private void Take(Sending item)
    {
        item.Is(SendStatus.Queued);
        item.IsAdmitted = true;
        _admitted++;
        Volatile.Write(ref _bytes, _bytes + item.Size);
    }
}
