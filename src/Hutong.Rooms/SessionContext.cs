using Hutong.Rooms.Internal;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Rooms;

/// <summary>What a handler is called with. Valid until the handler's task ends.</summary>
public abstract class SessionContext
{
    private readonly RoomGraph _graph;
    private AsyncServiceScope? _scope;

    private protected SessionContext(RoomGraph graph, Session session)
    {
        _graph = graph;
        Session = session;
    }

    /// <summary>The session.</summary>
    public Session Session { get; }

    /// <summary>Rooms and sessions, to publish and the like.</summary>
    public IRooms Rooms => _graph;

    /// <summary>Cancelled when the session ends.</summary>
    public CancellationToken CancellationToken => Session.Ended;

    /// <summary>A scope of the host's services for this call. Made on first use.</summary>
    /// <exception cref="InvalidOperationException">The graph was made without services.</exception>
    public IServiceProvider Services => (_scope ??= _graph.CreateScope()).ServiceProvider;

    /// <summary>Whether all middleware has let it through. What is not let through is refused.</summary>
    internal bool IsHandled { get; set; }

    internal ValueTask DisposeScopeAsync() => _scope is { } scope ? scope.DisposeAsync() : default;

    /// <summary>What is called once all middleware has let it through.</summary>
    internal abstract ValueTask InvokeAsync(RoomHandlers handlers);
}
