using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Hutong.Rooms;

namespace Hutong.SocketIO.Internal;

/// <summary>
/// Where a socket stands in the streams of its rooms, as its wire has sent them; and the offset strings that tell the client so. Not thread-safe: the wire's gate
/// guards it. See <c>docs/adr/0012-socket-io-on-rooms.md</c>.
/// </summary>
internal sealed class RecoveryTrack
{
    // Beyond so many, rooms that were left are forgotten, and with them what older offset strings mean.
    private const int MaxSlots = 128;

    private readonly List<SocketPlace> _places;
    private readonly string _tag;
    private int _generation;
    private byte[] _text = new byte[64];

    public RecoveryTrack()
    {
        _places = [];
        _tag = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    }

    /// <summary>That of one who goes on.</summary>
    /// <param name="state">Where it stopped.</param>
    /// <param name="offsets">What its client has got.</param>
    public RecoveryTrack(SocketState state, long[] offsets)
    {
        _places = [.. state.Places.Select((p, i) => p with { Sent = offsets[i] })];
        _tag = state.Tag;
        _generation = state.Generation;
    }

    /// <summary>Whether something was lost that no history will give back.</summary>
    public bool IsBroken { get; private set; }

    public IReadOnlyList<SocketPlace> Places => _places;

    /// <summary>What an offset string of a client says of a state: for each of its places the last offset that the client has got.</summary>
    /// <param name="state">The state.</param>
    /// <param name="text">The client's string; null or empty if it has got none.</param>
    /// <returns>Null if the string is none of this state's.</returns>
    public static long[]? Read(SocketState state, string? text)
    {
        var places = state.Places;
        long[] offsets = [.. places.Select(p => p.Joined)];
        if (string.IsNullOrEmpty(text))
            return offsets;
        string[] parts = text.Split('.');
        if (parts.Length < 2 || parts[0].Length != 8 || parts.Length - 2 > Math.Max(MaxSlots * 2, places.Count) || !parts[0].All(char.IsAsciiHexDigitLower))
            return null;
        if (parts[0] != state.Tag)
            // Of an earlier socket of the client's: of this one it has got nothing yet.
            return offsets;
        if (parts[1] != state.Generation.ToString(System.Globalization.CultureInfo.InvariantCulture) || parts.Length - 2 > places.Count)
            return null;
        for (int i = 2; i < parts.Length; i++)
        {
            var place = places[i - 2];
            if (!long.TryParse(parts[i], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long ahead)
                || ahead > place.Sent - place.Joined)
            {
                return null;
            }

            offsets[i - 2] = place.Joined + ahead;
        }

        return offsets;
    }

    public SocketState ToState(SocketState known) => known with { Tag = _tag, Generation = _generation, Places = [.. _places] };

    public void Join(string room, StreamPosition? position, long now)
    {
        int index = Find(room);
        if (index >= 0)
        {
            IsBroken |= _places[index].Epoch != position?.Epoch;
            return;
        }

        if (_places.Count >= MaxSlots && _places.RemoveAll(p => p.IsLeft) > 0)
            _generation++;
        long offset = position?.Offset ?? 0;
        _places.Add(new SocketPlace(room, position?.Epoch, offset, offset, now));
    }

    public void Leave(string room, long now)
    {
        if (Find(room) is >= 0 and var index)
            _places[index] = _places[index] with { LeftAt = now, Until = _places[index].Sent };
    }

    /// <summary>The room stands elsewhere than where it was sent from.</summary>
    public void Move(string room, StreamPosition position, bool skipped)
    {
        if (Find(room) is not (>= 0 and var index))
            return;
        var place = _places[index];
        IsBroken |= place.Epoch != position.Epoch || (!skipped && position.Offset > place.Sent);
        if (position.Offset > place.Sent)
            _places[index] = place with { Sent = position.Offset };
    }

    /// <summary>A publication is about to be sent.</summary>
    /// <param name="publication">The publication.</param>
    /// <param name="index">Of which place; negative if that is to be found.</param>
    /// <returns>What undoes it; null if the publication is of no place.</returns>
    public SocketPlace? Advance(Publication publication, ref int index)
    {
        if (index < 0)
            index = Find(publication.Room!);
        if (index < 0)
            return null;
        var place = _places[index];
        if (publication.Position is not { } position)
        {
            // Where nothing is kept it is only counted, so that a client can show that it has got everything.
            if (place.Epoch is null)
                _places[index] = place with { Sent = place.Sent + 1 };
            return place;
        }

        IsBroken |= place.Epoch != position.Epoch;
        _places[index] = place with { Sent = position.Offset };
        return place;
    }

    public void Undo(int index, SocketPlace place) => _places[index] = place;

    /// <summary>The offset string as it is now. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Write()
    {
        int needed = 24 + (_places.Count * 20);
        if (_text.Length < needed)
            _text = new byte[needed];
        int length = Encoding.ASCII.GetBytes(_tag, _text);
        _text[length++] = (byte)'.';
        Utf8Formatter.TryFormat(_generation, _text.AsSpan(length), out int digits);
        length += digits;
        foreach (var place in _places)
        {
            _text[length++] = (byte)'.';
            Utf8Formatter.TryFormat(place.Sent - place.Joined, _text.AsSpan(length), out digits);
            length += digits;
        }

        return _text.AsSpan(0, length);
    }

    private int Find(string room)
    {
        for (int i = 0; i < _places.Count; i++)
        {
            if (!_places[i].IsLeft && _places[i].Room == room)
                return i;
        }

        return -1;
    }
}
