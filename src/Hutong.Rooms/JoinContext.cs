using Hutong.Rooms.Internal;

namespace Hutong.Rooms;

/// <summary>A client asks to be let into a room. Called for a room that it is in already too, where it recovers.</summary>
public sealed class JoinContext : SessionContext
{
    internal JoinContext(RoomGraph graph, Session session, string room, ReadOnlyMemory<byte> info)
        : base(graph, session)
    {
        Room = room;
        Info = info;
    }

    /// <summary>The room's name.</summary>
    public string Room { get; }

    /// <summary>What the session wants to show of itself in the room: a JSON value, or empty. A handler may put another one in its place.</summary>
    public ReadOnlyMemory<byte> Info { get; set; }

    internal string? Refusal { get; private set; }

    /// <summary>Refuses it: the client gets <c>error join_refused</c>.</summary>
    /// <param name="reason">Why, for the client. Null: the usual sentence.</param>
    public void Refuse(string? reason = null) => Refusal = reason ?? Protocol.RoomError.JoinRefused.Message;

    internal override async ValueTask InvokeAsync(RoomHandlers handlers)
    {
        foreach (var (pattern, handler) in handlers.Join)
        {
            if (!RoomPattern.Matches(pattern, Room))
                continue;
            await handler(this).ConfigureAwait(false);
            if (Refusal is not null)
                return;
        }
    }
}
