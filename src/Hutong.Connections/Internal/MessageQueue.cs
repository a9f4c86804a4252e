using System.Buffers;
using System.Diagnostics;
using System.Numerics;

namespace Hutong.Connections.Internal;

/// <summary>
/// Messages (or pieces of them) between the receiving side and the reader. Small ones share a chunk; the chunk goes back to the
/// pool when the last of them is released, so that an idle connection holds no buffer. Guarded by its owner's lock.
/// </summary>
internal sealed class MessageQueue
{
    // What a message costs beside its bytes, so that empty messages are bounded too.
    private const int Overhead = 32;
    private const int ChunkSize = 8 * 1024;
    private const int LargestInChunk = 2 * 1024;
    private const int LargestIdleRing = 64;
    private const int MostSpares = 32;

    private Item[] _ring = [];
    private Item[] _idleRing = [];
    private int _head;
    private int _count;
    private Chunk? _chunk;
    private Chunk? _spares;
    private int _spareCount;

    /// <summary>Bytes waiting, with what each message costs beside its own.</summary>
    public long Size { get; private set; }

    public int Count => _count;

    /// <summary>Adds a copy.</summary>
    public void Enqueue(MessageType type, ReadOnlySpan<byte> data, bool first, bool last)
    {
        if (data.Length > LargestInChunk)
        {
            byte[] own = BufferPool.Rent(data.Length);
            data.CopyTo(own);
            Add(new Item(type, own, 0, data.Length, chunk: null, first, last));
            return;
        }

        var chunk = _chunk;
        if (chunk is null || ChunkSize - chunk.Used < data.Length)
        {
            // A full chunk belongs to its messages from here on; the last of them returns it.
            chunk = TakeSpare();
            chunk.Open(ChunkSize);
            _chunk = chunk;
        }

        int at = chunk.Used;
        data.CopyTo(chunk.Bytes.AsSpan(at));
        chunk.Used += data.Length;
        chunk.Live++;
        Add(new Item(type, chunk.Bytes!, at, data.Length, chunk, first, last));
    }

    /// <summary>Adds a message with its rented buffer, which the queue returns.</summary>
    public void EnqueueOwned(MessageType type, byte[] rented, int length) =>
        Add(new Item(type, rented, 0, length, chunk: null, first: true, last: true));

    public bool TryDequeue(out Item item)
    {
        if (_count == 0)
        {
            item = default;
            return false;
        }

        item = _ring[_head];
        _ring[_head] = default;
        _head = (_head + 1) & (_ring.Length - 1);
        _count--;
        Size -= item.Length + Overhead;
        if (_count == 0 && _ring.Length > LargestIdleRing)
        {
            // Every item in it is cleared already.
            ArrayPool<Item>.Shared.Return(_ring);
            _ring = _idleRing;
            _head = 0;
        }

        return true;
    }

    /// <summary>Takes back what <see cref="TryDequeue"/> gave.</summary>
    public void Release(in Item item)
    {
        if (item.Bytes is null)
            return;
        if (item.Chunk is not { } chunk)
        {
            BufferPool.Return(item.Bytes);
            return;
        }

        BufferPool.Poison(item.Bytes.AsSpan(item.Offset, item.Length));
        Debug.Assert(chunk.Live > 0, "released twice");
        if (--chunk.Live > 0)
            return;
        chunk.Close();
        if (_chunk == chunk)
            _chunk = null;
        if (_spareCount == MostSpares)
            return;
        chunk.NextSpare = _spares;
        _spares = chunk;
        _spareCount++;
    }

    public void Clear()
    {
        while (TryDequeue(out var item))
            Release(item);
    }

    private Chunk TakeSpare()
    {
        if (_spares is not { } chunk)
            return new Chunk();
        _spares = chunk.NextSpare;
        chunk.NextSpare = null;
        _spareCount--;
        return chunk;
    }

    private void Grow()
    {
        // A small ring stays; a large one is rented, so that a burst after each pause is not a large array each time. The pool's
        // arrays above 16 are powers of two, which the index mask needs.
        int size = Math.Max(4, _ring.Length * 2);
        var larger = size > LargestIdleRing ? ArrayPool<Item>.Shared.Rent(size) : new Item[size];
        Debug.Assert(BitOperations.IsPow2(larger.Length), "masked by its length");
        for (int i = 0; i < _count; i++)
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        if (_ring.Length > LargestIdleRing)
        {
            ArrayPool<Item>.Shared.Return(_ring, clearArray: true);
        }
        else
        {
            // It comes back when the burst is over.
            Array.Clear(_ring);
            _idleRing = _ring;
        }

        _ring = larger;
        _head = 0;
    }

    private void Add(in Item item)
    {
        if (_count == _ring.Length)
            Grow();

        _ring[(_head + _count) & (_ring.Length - 1)] = item;
        _count++;
        Size += item.Length + Overhead;
    }

    /// <summary>Bytes shared by small messages.</summary>
    internal sealed class Chunk
    {
        public byte[]? Bytes { get; private set; }

        public int Used { get; set; }

        public int Live { get; set; }

        public Chunk? NextSpare { get; set; }

        public void Open(int size)
        {
            Bytes = BufferPool.Rent(size);
            Used = 0;
            Live = 0;
        }

        public void Close()
        {
            if (Bytes is not null)
                BufferPool.Return(Bytes);
            Bytes = null;
        }
    }

    /// <summary>A message, or a piece of one, that waits.</summary>
    internal readonly struct Item(MessageType type, byte[] bytes, int offset, int length, Chunk? chunk, bool first, bool last)
    {
        public MessageType Type { get; } = type;

        public byte[]? Bytes { get; } = bytes;

        public int Offset { get; } = offset;

        public int Length { get; } = length;

        public Chunk? Chunk { get; } = chunk;

        public bool IsFirst { get; } = first;

        public bool IsLast { get; } = last;

        public ReadOnlyMemory<byte> Data => Bytes.AsMemory(Offset, Length);
    }
}
