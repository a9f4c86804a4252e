using Hutong.Rooms.Internal;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <summary>A session begins. No message of it is handled before the handlers have let it in.</summary>
public sealed class ConnectContext : SessionContext
{
    internal ConnectContext(RoomGraph graph, Session session)
        : base(graph, session)
    {
    }

    internal string? Refusal { get; private set; }

    /// <summary>Refuses it: the session is closed with 3503.</summary>
    /// <param name="reason">Why, for the client; at most 123 bytes. Null: the usual sentence.</param>
    /// <exception cref="ArgumentException">The reason is too long.</exception>
    public void Refuse(string? reason = null)
    {
        reason ??= SessionClose.Refused.Message;
        RoomGraph.CheckClose(SessionClose.Refused.Code, reason);
        Refusal = reason;
    }

    internal override async ValueTask InvokeAsync(RoomHandlers handlers)
    {
        foreach (var handler in handlers.Connect)
        {
            await handler(this).ConfigureAwait(false);
            if (Refusal is not null)
                return;
        }
    }
}
