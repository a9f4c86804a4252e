namespace Hutong.Rooms;

/// <summary>What a session gets of a room that speaks faster than the session reads. See <c>docs/topics/delivery.md</c>.</summary>
public enum Delivery
{
    /// <summary>Every publication, in order. At the bound of the session's queue <see cref="RoomOptions.WhenBehind"/> decides.</summary>
    All,

    /// <summary>The newest publication of each key: while a session is behind, a newer one takes the place of an older one that still waits.</summary>
    Latest,

    /// <summary>What there is room for: publications for a session that is behind are dropped.</summary>
    Volatile,
}
