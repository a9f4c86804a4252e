using System.Diagnostics.CodeAnalysis;

namespace Hutong.Connections.Internal;

/// <summary>
/// The messages of a group that members are owed until the turn ends, in the order of their broadcasts. Positions count from the group's first message.
/// Guarded by the group's lock, but for <see cref="End"/>.
/// </summary>
internal sealed class GroupLog
{
    private const int MaxEntries = 1024;
    private const long MaxBytes = 1024 * 1024;

    private Entry[] _entries = new Entry[4];
    private long _start;
    private long _end;
    private long _bytes;

    /// <summary>The first position that is still there.</summary>
    public long Start => _start;

    /// <summary>The position behind the last message. Of any thread.</summary>
    public long End => Volatile.Read(ref _end);

    public Entry this[long position] => _entries[position & (_entries.Length - 1)];

    /// <summary>Appends a message.</summary>
    /// <returns>False at the bound: then whoever broadcasts has to bring it to the members.</returns>
    public bool TryAppend(in Entry entry)
    {
        int count = (int)(_end - _start);
        if (count >= MaxEntries || (count > 0 && _bytes + entry.Message.ServerFrame.Length > MaxBytes))
            return false;
        if (count == _entries.Length)
            Grow();
        _entries[_end & (_entries.Length - 1)] = entry;
        _bytes += entry.Message.ServerFrame.Length;
        Volatile.Write(ref _end, _end + 1);
        return true;
    }

    /// <summary>Forgets what lies before a position: every member has it.</summary>
    public void Forget(long position)
    {
        for (; _start < position; _start++)
        {
            ref var entry = ref _entries[_start & (_entries.Length - 1)];
            _bytes -= entry.Message.ServerFrame.Length;
            entry = default;
        }
    }

    private void Grow()
    {
        var entries = new Entry[_entries.Length * 2];
        for (long position = _start; position < _end; position++)
            entries[position & (entries.Length - 1)] = this[position];
        _entries = entries;
    }

    /// <summary>A message on its way.</summary>
    /// <param name="Message">The message.</param>
    /// <param name="Except">Who does not get it.</param>
    /// <param name="Number">Tells which of two groups of the same loop was first.</param>
    [SuppressMessage("Performance", "CA1815", Justification = "Never compared.")]
    public readonly record struct Entry(PreparedMessage Message, WebSocketConnection? Except, long Number);
}
