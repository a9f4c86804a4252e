using System.Net;
using System.Security.Claims;

namespace Hutong.Rooms;

/// <summary>What is known of a client when its session begins.</summary>
public sealed record SessionStart
{
    /// <summary>Whom the host has authenticated; null for nobody.</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>Where the client is; null if unknown.</summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <summary>The request that began it, in whatever form the wire has it: <see cref="Session.Request"/>.</summary>
    public object? Request { get; init; }

    /// <summary>The session's id, of one who goes on with an earlier session; null for a new one.</summary>
    internal string? Id { get; init; }
}
