using System.Security.Claims;

namespace Hutong.Rooms;

/// <summary>What holds for all rooms and sessions of a node. Limits are on by default.</summary>
public sealed record RoomsOptions
{
    /// <summary>The clock; <see cref="TimeProvider.System"/> by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Options of rooms that no pattern matches. Default null: there are no such rooms, and joining one is <c>unknown_room</c>.</summary>
    public RoomOptions? DefaultRoom { get; init; }

    /// <summary>How many rooms a session may be in. Default 100; beyond that <c>too_many_rooms</c>.</summary>
    public int MaxRoomsPerSession { get; init; } = 100;

    /// <summary>How many joins a second a session may ask for in the long run. Default 20; beyond that <c>rate_limited</c>.</summary>
    public double JoinsPerSecond { get; init; } = 20;

    /// <summary>How many joins a session may ask for at once. Default 200: a client that comes back joins all its rooms again.</summary>
    public int JoinBurst { get; init; } = 200;

    /// <summary>How many sessions a user may have on a node. Default 50; beyond that <c>too_many_sessions</c>.</summary>
    public int MaxSessionsPerUser { get; init; } = 50;

    /// <summary>
    /// How many sessions may come from one address to a node. Default 1,000; beyond that <c>too_many_sessions</c>. Loopback addresses, behind
    /// which is a proxy or a developer, are not counted. Behind a proxy elsewhere use forwarded headers, or all its clients are one.
    /// </summary>
    public int MaxSessionsPerAddress { get; init; } = 1000;

    /// <summary>How many messages of one session may wait for their turn. Default 64; beyond that <c>rate_limited</c>. A WebSocket is read one by one.</summary>
    public int MaxWaitingMessages { get; init; } = 64;

    /// <summary>How many publications a join recovers at most. Default 1,000; who missed more is told <c>recovered: false</c>.</summary>
    public int RecoveryLimit { get; init; } = 1000;

    /// <summary>How many publications <c>history</c> gives at most. Default 100.</summary>
    public int HistoryLimit { get; init; } = 100;

    /// <summary>
    /// How often sessions are told the positions of their rooms, and rooms compare theirs with the backplane's, if something was published since.
    /// Default 30 s; zero: never.
    /// </summary>
    public TimeSpan PositionCheckInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the id of a client's message is remembered, so that it is not applied twice. Default 2 minutes; zero: not at all.</summary>
    public TimeSpan DedupeWindow { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many ids are remembered for a user, or for a session without one. Default 256.</summary>
    public int DedupeSize { get; init; } = 256;

    /// <summary>How long the presence entries of a node outlive it. Default 30 s; the node says three times as often that it lives.</summary>
    public TimeSpan PresenceLease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How a user's id is found. Default: the claim <see cref="ClaimTypes.NameIdentifier"/>, then <c>sub</c>, then the name.</summary>
    public Func<ClaimsPrincipal, string?> UserId { get; init; } = static user =>
        user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.FindFirst("sub")?.Value ?? user.Identity?.Name;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(UserId);
        DefaultRoom?.Validate();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxRoomsPerSession);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(JoinsPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(JoinBurst);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSessionsPerUser);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSessionsPerAddress);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxWaitingMessages);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RecoveryLimit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(HistoryLimit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(DedupeSize);
        ThrowIfNotIn(PositionCheckInterval, TimeSpan.Zero, nameof(PositionCheckInterval));
        ThrowIfNotIn(DedupeWindow, TimeSpan.Zero, nameof(DedupeWindow));
        ThrowIfNotIn(PresenceLease, TimeSpan.FromMilliseconds(10), nameof(PresenceLease));
    }

    private static void ThrowIfNotIn(TimeSpan value, TimeSpan min, string name)
    {
        if (value < min || value > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(name, value, $"Between {min} and one day.");
    }
}
