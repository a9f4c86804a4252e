using System.Text.Json;
using Hutong.SocketIO.Internal;
using Hutong.SocketIO.Protocol;

namespace Hutong.SocketIO;

/// <summary>An event with its arguments, as middlewares and catch-all listeners see it.</summary>
public sealed class SocketEvent
{
    private readonly SocketJson? _json;
    private readonly ReadOnlyMemory<byte> _data;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _attachments;
    private readonly object?[]? _values;

    // Where the arguments lie in the data; the event's name is not one of them. Beyond a few they are kept aside.
    private Slices _few;
    private (int Start, int Length)[]? _many;

    internal SocketEvent(string name, SocketJson json, ReadOnlyMemory<byte> data, IReadOnlyList<ReadOnlyMemory<byte>> attachments, int skip, SocketAck? ack)
    {
        Name = name;
        Ack = ack;
        _json = json;
        _data = data;
        _attachments = attachments;
        var reader = new SocketArgumentReader(data.Span);
        while (reader.TryRead(out int start, out int length))
        {
            if (skip-- <= 0)
                Add(start, length);
        }
    }

    /// <summary>An event of this side's own.</summary>
    internal SocketEvent(string name, params object?[] values)
    {
        Name = name;
        _values = values;
        _attachments = [];
        Count = values.Length;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>How many arguments it has; the ack is not one of them.</summary>
    public int Count { get; private set; }

    /// <summary>Answers the event; null if the other side wants no answer.</summary>
    public SocketAck? Ack { get; }

    /// <summary>Reads an argument.</summary>
    /// <typeparam name="T">What it is read as.</typeparam>
    /// <param name="index">Which one; one that is missing is the default of its type.</param>
    /// <exception cref="JsonException">It does not fit.</exception>
    public T? Get<T>(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (typeof(T) == typeof(SocketAck))
            return (T?)(object?)Ack ?? (T)(object)SocketAck.None;
        if (index >= Count)
            return default;
        if (_values is not null)
            return _values[index] is T value ? value : default;
        var (start, length) = _many is null ? _few[index] : _many[index];
        return _json!.Read<T>(_data.Span.Slice(start, length), _attachments);
    }

    /// <summary>The arguments as JSON values; attachments are base64 in their places.</summary>
    public IReadOnlyList<JsonElement> ToJson() => [.. Enumerable.Range(0, Count).Select(Get<JsonElement>)];

    /// <summary>The arguments with memory of their own.</summary>
    internal SocketAnswer ToAnswer() => new(_data.ToArray(), _attachments);

    private void Add(int start, int length)
    {
        if (Count < Slices.Length)
        {
            _few[Count++] = (start, length);
            return;
        }

        if (_many is null)
        {
            _many = new (int, int)[16];
            for (int i = 0; i < Count; i++)
                _many[i] = _few[i];
        }
        else if (Count == _many.Length)
        {
            Array.Resize(ref _many, Count * 2);
        }

        _many[Count++] = (start, length);
    }

    [System.Runtime.CompilerServices.InlineArray(Length)]
    private struct Slices
    {
        public const int Length = 4;

        private (int Start, int Length) _first;
    }
}
