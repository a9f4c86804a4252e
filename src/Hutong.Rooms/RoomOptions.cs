namespace Hutong.Rooms;

/// <summary>How rooms of one pattern behave. Checked when they are mapped; limits are on by default.</summary>
public sealed record RoomOptions
{
    /// <summary>
    /// How many publications are kept for those who come back. Default 0: none, and publications have no position. Above 0 every publication
    /// has an epoch and an offset, and <c>join</c> with <c>since</c> gives exactly what was missed, or says that it cannot.
    /// </summary>
    public int HistorySize { get; init; }

    /// <summary>How long publications are kept. Default 5 minutes.</summary>
    public TimeSpan HistoryAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many bytes of publications are kept, overhead of some 256 bytes each included. Default 1 MiB.</summary>
    public int HistoryBytes { get; init; } = 1 << 20;

    /// <summary>Whether members may ask for the history by <c>history</c>. Default true; recovery by <c>join</c> is always possible.</summary>
    public bool HistoryVisible { get; init; } = true;

    /// <summary>Whether it is known, and may be asked by members, who is in the room. Default false.</summary>
    public bool Presence { get; init; }

    /// <summary>How many members <c>presence</c> names at most; beyond that it gives counts and a sample. Default 100.</summary>
    public int PresenceSample { get; init; } = 100;

    /// <summary>
    /// Whether members are told by <c>user_join</c> and <c>user_leave</c> who comes and goes, in a room with presence and at most
    /// <see cref="PresenceSample"/> sessions: in larger ones it would be told to too many too often. Default true.
    /// </summary>
    public bool JoinNotices { get; init; } = true;

    /// <summary>What a session gets that reads more slowly than the room speaks. Default <see cref="Rooms.Delivery.All"/>.</summary>
    public Delivery Delivery { get; init; }

    /// <summary>What happens to a session at the bound of its queue. Default <see cref="Rooms.WhenBehind.Disconnect"/>.</summary>
    public WhenBehind WhenBehind { get; init; }

    /// <summary>
    /// From how many unsent bytes on a session counts as behind in <see cref="Rooms.Delivery.Latest"/> and <see cref="Rooms.Delivery.Volatile"/>
    /// rooms. Default 16 KiB. In <see cref="Rooms.Delivery.All"/> rooms the wire's own queue is the bound.
    /// </summary>
    public int BehindBytes { get; init; } = 16 << 10;

    /// <summary>How many keys may wait for a session that is behind in a <see cref="Rooms.Delivery.Latest"/> room. Default 1,000.</summary>
    public int LatestKeys { get; init; } = 1000;

    /// <summary>How a publication's key is found in a <see cref="Rooms.Delivery.Latest"/> room; null: its type and its <see cref="Publication.Key"/>. Quick and without effects.</summary>
    public Func<Publication, string>? DeliveryKey { get; init; }

    /// <summary>
    /// Whether a client's message for the room that no handler takes is published as it is. Default false: it is refused with
    /// <c>publish_denied</c>.
    /// </summary>
    public bool ClientPublish { get; init; }

    /// <summary>How many bytes of payload a client may publish at once. Default 64 KiB.</summary>
    public int PublishSizeLimit { get; init; } = 64 << 10;

    /// <summary>How many sessions of one node may be in the room. Default 1,000,000; beyond that <c>room_full</c>.</summary>
    public int MaxMembers { get; init; } = 1_000_000;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(HistorySize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(HistorySize, 100_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(HistoryAge, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(HistoryAge, TimeSpan.FromDays(365));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(HistoryBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(PresenceSample);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(BehindBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LatestKeys);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(PublishSizeLimit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMembers);
        if (!Enum.IsDefined(Delivery))
            throw new ArgumentOutOfRangeException(nameof(Delivery), Delivery, "Not a delivery.");
        if (!Enum.IsDefined(WhenBehind))
            throw new ArgumentOutOfRangeException(nameof(WhenBehind), WhenBehind, "Not a choice.");
    }

    internal StreamOptions ToStream(TimeSpan dedupeWindow) => new()
    {
        HistorySize = HistorySize,
        HistoryAge = HistoryAge,
        HistoryBytes = HistoryBytes,
        DedupeWindow = dedupeWindow,
    };
}
