namespace Hutong.Client.Internal;

/// <summary>Clients that are shared, by address, and how many use each.</summary>
internal static class SharedClients
{
    private static readonly Lock Guard = new();
    private static readonly Dictionary<string, Entry> Entries = new(StringComparer.Ordinal);

    public static WebSocketClient Get(string address, Func<ClientCore> create)
    {
        Entry? entry;
        bool isNew;
        lock (Guard)
        {
            isNew = !Entries.TryGetValue(address, out entry);
            if (isNew)
                Entries[address] = entry = new Entry(address, create());
            entry!.Users++;
        }

        var client = new WebSocketClient(entry.Core, entry);
        if (isNew && entry.Core.Options.AutoConnect)
            client.Connect();
        return client;
    }

    /// <summary>Counts one user less.</summary>
    /// <returns>Whether nobody else uses the connection.</returns>
    public static bool Leave(Entry? entry)
    {
        if (entry is null)
            return true;
        lock (Guard)
        {
            if (--entry.Users > 0)
                return false;
            Entries.Remove(entry.Address);
            return true;
        }
    }

    /// <summary>A client that is shared.</summary>
    internal sealed class Entry(string address, ClientCore core)
    {
        public string Address => address;

        public ClientCore Core => core;

        public int Users { get; set; }
    }
}
