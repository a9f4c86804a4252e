using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <summary>A message on its way to one session or many, with its encodings. Immutable.</summary>
public class OutgoingMessage
{
    private Encoding? _encodings;

    /// <summary>Makes a message.</summary>
    /// <param name="type">What it is.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="room">The room that it is about; null if none.</param>
    /// <param name="id">The id; in an answer, that of the question.</param>
    /// <param name="position">Where the room's stream stands with it; null if it has no place there.</param>
    /// <param name="timestamp">When it was made, in milliseconds since 1970-01-01 UTC.</param>
    public OutgoingMessage(string type, Payload payload = default, string? room = null, MessageId id = default, StreamPosition? position = null, long? timestamp = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        Type = type;
        Payload = payload;
        Room = room;
        Id = id;
        Epoch = position?.Epoch;
        Offset = position?.Offset ?? 0;
        Timestamp = timestamp ?? -1;
    }

    /// <summary>What it is.</summary>
    public string Type { get; }

    /// <summary>What it carries.</summary>
    public Payload Payload { get; }

    /// <summary>The room that it is about; null if none.</summary>
    public string? Room { get; }

    /// <summary>Names it; in an answer, the id of the question.</summary>
    public MessageId Id { get; }

    /// <summary>When it was made, in milliseconds since 1970-01-01 UTC; negative if that is not said.</summary>
    public long Timestamp { get; }

    /// <summary>Where the room's stream stands with it; null if it has no place there.</summary>
    public StreamPosition? Position => Epoch is null ? null : new StreamPosition(Epoch, Offset);

    /// <summary>
    /// What was said in another protocol, if that is more than the payload tells: bytes that mean something to the wires of that protocol alone. Backplanes carry it.
    /// </summary>
    public ReadOnlyMemory<byte> Original { get; init; }

    internal string? Epoch { get; }

    internal long Offset { get; }

    /// <summary>The message in a dialect: encoded by the first who asks.</summary>
    /// <param name="dialect">The dialect.</param>
    public object In(Dialect dialect)
    {
        for (var encoding = Volatile.Read(ref _encodings); encoding is not null; encoding = encoding.Next)
        {
            if (ReferenceEquals(encoding.Dialect, dialect))
                return encoding.Value;
        }

        return Encode(dialect);
    }

    /// <summary>The message as an envelope, for a codec.</summary>
    public virtual Envelope ToEnvelope() => new()
    {
        Type = Type,
        Id = Id,
        Room = Room,
        Timestamp = Timestamp < 0 ? null : Timestamp,
        Position = Position,
        PayloadKind = Payload.Kind,
        Payload = Payload.Data,
    };

    private object Encode(Dialect dialect)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        object value = dialect.Encode(this);
        var before = Volatile.Read(ref _encodings);
        // Of two who encode at once one's work is lost, and nothing else.
        Volatile.Write(ref _encodings, new Encoding(dialect, value, before));
        return value;
    }

    private sealed class Encoding(Dialect dialect, object value, Encoding? next)
    {
        public Dialect Dialect { get; } = dialect;

        public object Value { get; } = value;

        public Encoding? Next { get; } = next;
    }
}
