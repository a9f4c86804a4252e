namespace Hutong.SocketIO.Internal;

/// <summary>
/// The binary values beside the JSON that is being written or read on this thread. Serialization is synchronous, so that a converter finds here what belongs to
/// what it converts.
/// </summary>
internal sealed class Attachments
{
    [ThreadStatic]
    private static Attachments? _current;

    private readonly IReadOnlyList<ReadOnlyMemory<byte>>? _given;
    private List<ReadOnlyMemory<byte>>? _taken;

    private Attachments(IReadOnlyList<ReadOnlyMemory<byte>>? given) => _given = given;

    public static Attachments? Current => _current;

    public IReadOnlyList<ReadOnlyMemory<byte>> Taken => _taken ?? (IReadOnlyList<ReadOnlyMemory<byte>>)[];

    /// <summary>Whether binary values are taken out of what is written.</summary>
    public bool Takes => _given is null;

    public static Scope Write(ref Attachments? attachments) => new(attachments ??= new Attachments(null));

    public static Scope Read(IReadOnlyList<ReadOnlyMemory<byte>> given) => new(new Attachments(given));

    public int Take(ReadOnlyMemory<byte> data)
    {
        (_taken ??= []).Add(data);
        return _taken.Count - 1;
    }

    public bool TryGet(int number, out ReadOnlyMemory<byte> data)
    {
        bool found = _given is not null && (uint)number < (uint)_given.Count;
        data = found ? _given![number] : default;
        return found;
    }

    /// <summary>Puts back what was there before: a converter of the application's own may serialize too.</summary>
    public readonly ref struct Scope
    {
        private readonly Attachments? _before;

        public Scope(Attachments attachments)
        {
            _before = _current;
            _current = attachments;
        }

        public void Dispose() => _current = _before;
    }
}
