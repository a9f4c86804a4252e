using System.Collections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Hutong.Transport.Internal;

/// <summary>
/// The features of a connection: those that the connection itself implements, and the few that others add. A dictionary would be the largest object of a handshake.
/// </summary>
internal abstract class ConnectionFeatures : ConnectionContext, IFeatureCollection
{
    private static readonly Type[] Own =
    [
        typeof(IConnectionIdFeature),
        typeof(IConnectionTransportFeature),
        typeof(IConnectionItemsFeature),
        typeof(IMemoryPoolFeature),
        typeof(IConnectionLifetimeFeature),
        typeof(IConnectionEndPointFeature),
        typeof(IHandOverFeature),
    ];

    // What was added, or put in place of an own one; null where one was taken away.
    private KeyValuePair<Type, object?>[] _added = [];
    private int _count;
    private int _revision;

    public override IFeatureCollection Features => this;

    bool IFeatureCollection.IsReadOnly => false;

    int IFeatureCollection.Revision => _revision;

    object? IFeatureCollection.this[Type key]
    {
        get => Find(key);
        set => Put(key, value);
    }

    TFeature? IFeatureCollection.Get<TFeature>()
        where TFeature : default => (TFeature?)Find(typeof(TFeature));

    void IFeatureCollection.Set<TFeature>(TFeature? instance)
        where TFeature : default => Put(typeof(TFeature), instance);

    IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator()
    {
        foreach (var key in Own.Union(_added.Take(_count).Select(a => a.Key)))
        {
            if (Find(key) is { } feature)
                yield return new(key, feature);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<Type, object>>)this).GetEnumerator();

    private object? Find(Type key)
    {
        foreach (var (added, feature) in _added.AsSpan(0, _count))
        {
            if (added == key)
                return feature;
        }

        return Array.IndexOf(Own, key) >= 0 ? this : null;
    }

    private void Put(Type key, object? feature)
    {
        _revision++;
        for (int i = 0; i < _count; i++)
        {
            if (_added[i].Key == key)
            {
                _added[i] = new(key, feature);
                return;
            }
        }

        // Kestrel adds four.
        if (_count == _added.Length)
            Array.Resize(ref _added, Math.Max(4, _count * 2));
        _added[_count++] = new(key, feature);
    }
}
