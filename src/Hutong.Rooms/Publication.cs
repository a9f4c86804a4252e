using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <summary>A message that was published in a room. It has a place in the room's stream if the room keeps history.</summary>
public sealed class Publication : OutgoingMessage
{
    private static long _last;

    /// <summary>Makes a publication: what a backplane does once it knows the position.</summary>
    /// <param name="room">The room.</param>
    /// <param name="request">What was to be published.</param>
    /// <param name="position">Its place in the stream; null if the room keeps no history.</param>
    /// <param name="timestamp">When it was published, in milliseconds since 1970-01-01 UTC.</param>
    public Publication(string room, PublishRequest request, StreamPosition? position, long timestamp)
        : base((request ?? throw new ArgumentNullException(nameof(request))).Type, request.Payload, room, request.Id, position, timestamp)
    {
        Key = request.Key;
        Sender = request.Sender;
        Except = request.Except;
        Among = request.Among;
        ExceptRooms = request.ExceptRooms;
        IsVolatile = request.Volatile;
        Original = request.Original;
    }

    /// <summary>What stands for the same thing: of one key a slow reader of a <see cref="Delivery.Latest"/> room needs the newest only.</summary>
    public string? Key { get; }

    /// <summary>The id of the session that published it; null if the server did.</summary>
    public string? Sender { get; }

    /// <summary>Ids of sessions that do not get it when it is published.</summary>
    public IReadOnlyList<string> Except { get; }

    /// <summary>See <see cref="PublishRequest.Among"/>.</summary>
    public IReadOnlyList<string> Among { get; }

    /// <summary>See <see cref="PublishRequest.ExceptRooms"/>.</summary>
    public IReadOnlyList<string> ExceptRooms { get; }

    /// <summary>See <see cref="PublishRequest.Volatile"/>.</summary>
    public bool IsVolatile { get; }

    /// <summary>About how many bytes it takes in a history.</summary>
    public int Size => 256 + Payload.Data.Length + Original.Length + ((Type.Length + (Key?.Length ?? 0)) * 2);

    /// <summary>Tells which of two that this process made in one millisecond came first.</summary>
    internal long Number { get; } = Interlocked.Increment(ref _last);

    /// <summary>Whether all members get it, but perhaps one.</summary>
    internal bool IsForAll => Except.Count <= 1 && Among.Count == 0 && ExceptRooms.Count == 0 && !IsVolatile;

    /// <summary>Whether a member of the room does not get it.</summary>
    internal bool IsKeptFrom(Session session) =>
        (Except.Count > 0 && Except.Contains(session.Id, StringComparer.Ordinal))
        || (Among.Count > 0 && !session.IsInAny(Among)) || (ExceptRooms.Count > 0 && session.IsInAny(ExceptRooms));

    /// <inheritdoc/>
    public override Envelope ToEnvelope() => base.ToEnvelope() with { Key = Key };
}
