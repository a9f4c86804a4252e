namespace Hutong.Rooms.Internal;

/// <summary>A ring that grows: added to at the end, taken from at the start, read anywhere.</summary>
internal sealed class Deque<T>
{
    private T[] _items = new T[4];
    private int _first;

    public int Count { get; private set; }

    public T this[int index] => _items[(_first + index) & (_items.Length - 1)];

    public void AddLast(T item)
    {
        if (Count == _items.Length)
            Resize(Count * 2);
        _items[(_first + Count++) & (_items.Length - 1)] = item;
    }

    public T RemoveFirst()
    {
        var item = _items[_first];
        _items[_first] = default!;
        _first = (_first + 1) & (_items.Length - 1);
        Count--;
        if (_items.Length > 16 && Count <= _items.Length / 4)
            Resize(_items.Length / 2);
        return item;
    }

    private void Resize(int size)
    {
        var items = new T[size];
        for (int i = 0; i < Count; i++)
            items[i] = this[i];
        _items = items;
        _first = 0;
    }
}
