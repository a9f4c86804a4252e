using Hutong.Rooms.Internal;

namespace Hutong.Rooms;

/// <summary>A session has ended.</summary>
public sealed class DisconnectContext : SessionContext
{
    internal DisconnectContext(RoomGraph graph, Session session, int code, string reason)
        : base(graph, session)
    {
        Code = code;
        Reason = reason;
    }

    /// <summary>The close code; 1006 if there was none.</summary>
    public int Code { get; }

    /// <summary>The close reason: words of the client if it closed.</summary>
    public string Reason { get; }

    internal override async ValueTask InvokeAsync(RoomHandlers handlers)
    {
        foreach (var handler in handlers.Disconnect)
            await handler(this).ConfigureAwait(false);
    }
}
