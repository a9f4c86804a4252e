namespace Hutong.Rooms.Model;

/// <summary>Presence that takes a while.</summary>
internal sealed class DelayedPresence(MemoryPresence inner, Delays delays) : IPresenceStore
{
    public async ValueTask<PresenceChange> JoinAsync(string room, PresenceEntry entry, CancellationToken cancellationToken = default)
    {
        await delays.Wait();
        return await inner.JoinAsync(room, entry, cancellationToken);
    }

    public async ValueTask<PresenceChange> LeaveAsync(string room, string session, CancellationToken cancellationToken = default)
    {
        await delays.Wait();
        return await inner.LeaveAsync(room, session, cancellationToken);
    }

    public async ValueTask<PresenceSnapshot> GetAsync(string room, int limit, CancellationToken cancellationToken = default)
    {
        await delays.Wait();
        return await inner.GetAsync(room, limit, cancellationToken);
    }

    public ValueTask KeepAliveAsync(string node, TimeSpan lease, CancellationToken cancellationToken = default) => inner.KeepAliveAsync(node, lease, cancellationToken);
}
