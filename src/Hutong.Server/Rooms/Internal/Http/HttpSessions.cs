using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Hutong.Server.Internal;

/// <summary>The sessions of HTTP transports, by their public ids. Each takes one of the server's places.</summary>
internal sealed class HttpSessions(ServerState server)
{
    private readonly ConcurrentDictionary<string, HttpWire> _wires = new(StringComparer.Ordinal);

    public int Count => _wires.Count;

    /// <summary>Adds a session, for which a place was taken.</summary>
    public void Add(HttpWire wire)
    {
        _wires[wire.Session!.Id] = wire;
        // It may have ended before it could be found here.
        if (wire.IsEnded)
            Remove(wire);
    }

    public void Remove(HttpWire wire)
    {
        if (wire.Session is { } session && _wires.TryRemove(new(session.Id, wire)))
            server.Leave();
    }

    /// <summary>Whether the server goes down, and nobody will come back for what is left.</summary>
    public bool IsStopping => server.IsStopping;

    /// <summary>Ends what no request reads any more.</summary>
    public void EndUnread()
    {
        foreach (var (_, wire) in _wires)
            wire.EndIfUnread();
    }

    /// <summary>The session of a token that is right, for a user who is the same.</summary>
    public bool TryFind(SessionToken token, string? hostUser, [NotNullWhen(true)] out HttpWire? wire) =>
        _wires.TryGetValue(token.Session, out wire) && Secret.Equals(wire.SecretText, token.Secret) && wire.HostUser == hostUser;
}
