using System.Buffers;

namespace Hutong.Connections.Internal;

/// <summary>The messages that a group has gathered in a turn, as one range of bytes for all members that get all of them plain. Of one loop.</summary>
internal sealed class GroupBatch
{
    private byte[]? _rented;
    private byte[] _bytes = [];
    private GroupLog.Entry[] _entries = [];
    private int _largestCompressible;

    /// <summary>The position of the first message in the log.</summary>
    public long Start { get; private set; }

    /// <summary>The position behind the last one.</summary>
    public long End { get; private set; }

    /// <summary>How many messages.</summary>
    public int Count => (int)(End - Start);

    /// <summary>The frames, one after the other.</summary>
    public ReadOnlySpan<byte> Frames => _bytes.AsSpan(0, Length);

    public int Length { get; private set; }

    /// <summary>The payloads' bytes.</summary>
    public int PayloadLength { get; private set; }

    /// <summary>Takes all that is in a log. Under the group's lock.</summary>
    public void Take(GroupLog log)
    {
        (Start, End, Length, PayloadLength, _largestCompressible) = (log.Start, log.End, 0, 0, -1);
        if (_entries.Length < Count)
            _entries = new GroupLog.Entry[Math.Max(Count, _entries.Length * 2)];
        for (int i = 0; i < Count; i++)
        {
            var entry = _entries[i] = log[Start + i];
            Length += entry.Message.ServerFrame.Length;
            PayloadLength += entry.Message.Data.Length;
            if (entry.Message.Compress)
                _largestCompressible = Math.Max(_largestCompressible, entry.Message.Data.Length);
        }
    }

    /// <summary>Makes <see cref="Frames"/>.</summary>
    public void Join()
    {
        if (Count == 1)
        {
            _bytes = _entries[0].Message.ServerFrame;
            return;
        }

        _bytes = _rented = ArrayPool<byte>.Shared.Rent(Length);
        int position = 0;
        foreach (var entry in _entries.AsSpan(0, Count))
        {
            entry.Message.ServerFrame.CopyTo(_bytes, position);
            position += entry.Message.ServerFrame.Length;
        }
    }

    /// <summary>Whether a member with such an extension gets all of it plain.</summary>
    public bool IsPlainFor(Protocol.IMessageTransform? transform) => transform is null || _largestCompressible < transform.Threshold;

    /// <summary>Whether a member gets all of it.</summary>
    public bool IsWholeFor(WebSocketConnection connection)
    {
        foreach (ref readonly var entry in _entries.AsSpan(0, Count))
        {
            if (ReferenceEquals(entry.Except, connection))
                return false;
        }

        return true;
    }

    /// <summary>Lets go of the messages.</summary>
    public void Clear()
    {
        _entries.AsSpan(0, Count).Clear();
        _bytes = [];
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }
}
