using Hutong.Rooms;
using Hutong.Rooms.Internal;

namespace Hutong.Server.Internal;

/// <summary>
/// What a client that reads by requests is to get: numbered from 1, first what it was sent and may not have received, then what waits. What
/// waits is never dropped: beyond the bound nothing is added. What was sent is dropped when the client says that it has it, and beyond its own
/// bound, after which the client can no longer go back so far. Not thread-safe.
/// </summary>
internal sealed class Outbox(RoomsHttpOptions options)
{
    private readonly Deque<OutgoingMessage> _messages = new();
    private long _first = 1;
    private long _sent;
    private int _keptBytes;

    /// <summary>The number of the last message.</summary>
    public long Last => _first + _messages.Count - 1;

    /// <summary>How many messages wait.</summary>
    public long PendingMessages => Last - _sent;

    /// <summary>How many bytes wait.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>Adds a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="always">Whether to add it beyond the bound too.</param>
    public bool TryAdd(OutgoingMessage message, bool always = false)
    {
        int size = HttpDialect.Of(message).Length;
        // One message always has room, however large.
        if (!always && PendingMessages > 0 && (PendingMessages >= options.OutboxMessages || PendingBytes + size > options.OutboxBytes))
            return false;
        _messages.AddLast(message);
        PendingBytes += size;
        return true;
    }

    /// <summary>Takes the next message, to send it, if it is not larger than it may be.</summary>
    public bool TryTake(int mostBytes, bool always, out long number, out OutgoingMessage message)
    {
        number = _sent + 1;
        message = null!;
        if (number > Last)
            return false;
        var next = _messages[(int)(number - _first)];
        int size = HttpDialect.Of(next).Length;
        if (size > mostBytes && !always)
            return false;
        message = next;
        _sent = number;
        PendingBytes -= size;
        _keptBytes += size;
        while (_first < _sent && (_keptBytes > options.ReplayBytes || _sent - _first >= options.ReplayMessages))
            DropFirst();
        return true;
    }

    /// <summary>The client says what it has: that is dropped, and what it was sent beyond it is to be sent again.</summary>
    /// <returns>False if it says what cannot be, or lacks what is no longer there.</returns>
    public bool TryRewind(long received)
    {
        if (received < _first - 1 || received > _sent)
            return false;
        while (_first <= received)
            DropFirst();
        while (_sent > received)
        {
            int size = HttpDialect.Of(_messages[(int)(_sent - _first)]).Length;
            _keptBytes -= size;
            PendingBytes += size;
            _sent--;
        }

        return true;
    }

    private void DropFirst()
    {
        _keptBytes -= HttpDialect.Of(_messages.RemoveFirst()).Length;
        _first++;
    }
}
