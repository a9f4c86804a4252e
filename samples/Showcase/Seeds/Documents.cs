namespace Showcase.Seeds;

/// <summary>The texts of the guides' documents, in memory: the newest ones, up to a bound. The last who writes is right.</summary>
internal sealed class Documents
{
    /// <summary>The longest text.</summary>
    public const int MaxLength = 32 << 10;

    private const int MaxCount = 200;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>A document's text; empty for a new one.</summary>
    public string this[string name]
    {
        get
        {
            lock (_gate)
                return _texts.GetValueOrDefault(name, "");
        }
    }

    /// <summary>Replaces a document's text.</summary>
    public void Set(string name, string text)
    {
        lock (_gate)
        {
            if (!_texts.ContainsKey(name))
                _order.Enqueue(name);
            _texts[name] = text;
            if (_order.Count > MaxCount)
                _texts.Remove(_order.Dequeue());
        }
    }
}
