namespace Hutong.Rooms.Internal;

/// <summary>The newest publication of each key, in the order of publication.</summary>
internal sealed class LatestQueue
{
    private readonly Dictionary<(string? Type, string? Key), LinkedListNode<((string? Type, string? Key) Key, Publication Publication)>> _byKey = [];
    private readonly LinkedList<((string? Type, string? Key) Key, Publication Publication)> _order = [];

    public int Count => _order.Count;

    /// <summary>Puts a publication at the end, in place of an older one of its key.</summary>
    /// <param name="key">The key that the application found; null for the type and the publication's own.</param>
    /// <param name="publication">The publication.</param>
    /// <returns>Whether there was an older one.</returns>
    public bool Put(string? key, Publication publication)
    {
        var full = key is null ? (publication.Type, publication.Key) : (null, key);
        bool replaced = _byKey.Remove(full, out var before);
        if (replaced)
            _order.Remove(before!);
        _byKey[full] = _order.AddLast((full, publication));
        return replaced;
    }

    public Publication? Peek() => _order.First?.Value.Publication;

    public void Take()
    {
        _byKey.Remove(_order.First!.Value.Key);
        _order.RemoveFirst();
    }
}
