namespace Hutong.SocketIO;

/// <summary>States of sockets in memory: bounded, and forgotten when they expire.</summary>
/// <param name="limit">How many are kept; beyond that the oldest are forgotten.</param>
/// <param name="time">The clock; null for that of the system.</param>
public sealed class MemorySocketStateStore(int limit = 10_000, TimeProvider? time = null) : ISocketStateStore
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, LinkedListNode<SocketState>> _states = new(StringComparer.Ordinal);
    private readonly LinkedList<SocketState> _order = [];
    private readonly Lock _gate = new();

    /// <summary>How many are kept, those included that have expired and were not looked at since.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _states.Count;
        }
    }

    /// <inheritdoc/>
    public ValueTask SaveAsync(SocketState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        lock (_gate)
        {
            Remove(state.Pid);
            _states.Add(state.Pid, _order.AddLast(state));
            var now = _time.GetUtcNow();
            while (_order.First is { } first && (_states.Count > limit || first.Value.Expires <= now))
                Remove(first.Value.Pid);
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<SocketState?> TakeAsync(string pid, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pid);
        lock (_gate)
        {
            var state = Remove(pid);
            return new(state?.Expires > _time.GetUtcNow() ? state : null);
        }
    }

    private SocketState? Remove(string pid)
    {
        if (!_states.Remove(pid, out var node))
            return null;
        _order.Remove(node);
        return node.Value;
    }
}
