namespace Hutong.Rooms;

/// <summary>
/// What lies between the nodes: it gives publications their order, keeps history, and carries both to every node that has members of a room. In
/// one process it is <see cref="MemoryBackplane"/>. Every member may be called from any thread, and may fail by throwing: then what was asked
/// is answered with <c>internal</c>, and may have happened or not.
/// </summary>
public interface IBackplane
{
    /// <summary>Publishes in a room: appends to its stream, if it has history, and tells every subscriber.</summary>
    /// <param name="room">The room's name.</param>
    /// <param name="request">What to publish.</param>
    /// <param name="stream">What is kept.</param>
    /// <param name="cancellationToken">Gives up waiting; it may have been published.</param>
    /// <returns>Its position; null if the room keeps no history or the request is ephemeral.</returns>
    ValueTask<StreamPosition?> PublishAsync(string room, PublishRequest request, StreamOptions stream, CancellationToken cancellationToken = default);

    /// <summary>
    /// Begins to tell a subscriber what is published in a room. Publications beyond the position that is returned reach it, from before this
    /// ends on; such as do not lie beyond it may.
    /// </summary>
    /// <param name="room">The room's name.</param>
    /// <param name="stream">What is kept.</param>
    /// <param name="subscriber">Who is told.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Where the stream stands; null if the room keeps no history.</returns>
    ValueTask<StreamPosition?> SubscribeAsync(string room, StreamOptions stream, IRoomSubscriber subscriber, CancellationToken cancellationToken = default);

    /// <summary>Ends a subscription. What is on its way may still come.</summary>
    /// <param name="room">The room's name.</param>
    /// <param name="subscriber">Who was told.</param>
    ValueTask UnsubscribeAsync(string room, IRoomSubscriber subscriber);

    /// <summary>Reads history.</summary>
    /// <param name="room">The room's name.</param>
    /// <param name="stream">What is kept.</param>
    /// <param name="since">What the caller has; null for the newest.</param>
    /// <param name="limit">How many publications at most; 0 to learn the position.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<HistoryPage> ReadAsync(string room, StreamOptions stream, StreamPosition? since, int limit, CancellationToken cancellationToken = default);

    /// <summary>Carries a message to every node, this one too. At most once; nodes that come later do not get it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask SendAsync(NodeMessage message, CancellationToken cancellationToken = default);

    /// <summary>Begins to receive what <see cref="SendAsync"/> carries.</summary>
    /// <param name="receiver">Takes messages; it does not block and does not throw.</param>
    /// <returns>Ends it.</returns>
    IDisposable Attach(Action<NodeMessage> receiver);
}
