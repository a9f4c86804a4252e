namespace Hutong.Client.Internal;

/// <summary>
/// Listeners by type of message. Changed from any thread; one that throws costs neither the others nor the connection.
/// </summary>
internal sealed class Listeners(Action<Exception> failed)
{
    // Guards the table; nobody is called under it.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry[]> _entries = new(StringComparer.Ordinal);

    /// <summary>Adds a listener; adding it twice is adding it once, at the end.</summary>
    /// <returns>What removes it.</returns>
    public IDisposable Add(string type, Delegate key, Action<ClientMessage> call, bool once)
    {
        var entry = new Entry(this, type, key, call, once);
        lock (_lock)
            _entries[type] = [.. Of(type).Where(e => !e.Key.Equals(key)), entry];
        return entry;
    }

    /// <summary>Removes a listener, or all of a type.</summary>
    public void Remove(string type, Delegate? key)
    {
        lock (_lock)
            Set(type, key is null ? [] : [.. Of(type).Where(e => !e.Key.Equals(key))]);
    }

    public void Clear()
    {
        lock (_lock)
            _entries.Clear();
    }

    /// <summary>Calls the listeners in the order in which they came.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Call(string type, ClientMessage message)
    {
        Entry[] entries;
        lock (_lock)
            entries = Of(type);
        foreach (var entry in entries)
        {
            if (entry.Once && !Remove(entry))
                continue;
            try
            {
                entry.Call(message);
            }
            catch (Exception e)
            {
                failed(e);
            }
        }

        return entries.Length > 0;
    }

    private bool Remove(Entry entry)
    {
        lock (_lock)
        {
            var entries = Of(entry.Type);
            Set(entry.Type, [.. entries.Where(e => e != entry)]);
            return entries.Contains(entry);
        }
    }

    private Entry[] Of(string type) => _entries.TryGetValue(type, out var entries) ? entries : [];

    private void Set(string type, Entry[] entries)
    {
        if (entries.Length > 0)
            _entries[type] = entries;
        else
            _entries.Remove(type);
    }

    private sealed class Entry(Listeners owner, string type, Delegate key, Action<ClientMessage> call, bool once) : IDisposable
    {
        public string Type => type;

        public Delegate Key => key;

        public Action<ClientMessage> Call => call;

        public bool Once => once;

        public void Dispose() => owner.Remove(this);
    }
}
