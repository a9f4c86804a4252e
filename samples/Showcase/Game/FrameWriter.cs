using System.Buffers;
using System.Buffers.Binary;

namespace Showcase.Game;

/// <summary>
/// Writes the arena as bytes. Twice a second all of it; in between what has changed since then, so that a frame that is lost costs nothing but
/// itself. Numbers are little-endian; places are sixteenths of a pixel.
/// </summary>
/// <remarks>
/// <code>
/// kind u8 (1 all, 2 changes) | tick u32 | tick of the last frame with all u32 | players u16 | lanterns u8
/// player, all:      id u16 | x u16 | y u16 | score u16 | input u8
/// player, changes:  id u16 | mask u8 | x u16 if 1 | y u16 if 2 | score u16 if 4 | input u8 if 8 | gone if 128
/// lantern:          index u8 | x u16 | y u16
/// </code>
/// </remarks>
internal sealed class FrameWriter
{
    private const int TicksBetweenAll = Arena.Rate / 2;
    private const int Scale = 16;

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private Dictionary<int, Seen> _key = [];
    private (double X, double Y)[] _keyLanterns = [];
    private uint _keyTick;

    /// <summary>Writes a frame.</summary>
    public byte[] Write(uint tick, IReadOnlyCollection<Player> players, IReadOnlyList<(double X, double Y)> lanterns)
    {
        bool isKey = _keyTick == 0 || tick - _keyTick >= TicksBetweenAll;
        if (isKey)
        {
            _keyTick = tick;
            _keyLanterns = [.. lanterns];
            _key = players.ToDictionary(p => p.Id, Seen.Of);
        }

        _buffer.ResetWrittenCount();
        Byte(isKey ? 1 : 2);
        Number(tick);
        Number(_keyTick);
        if (isKey)
            WriteAll(players, lanterns);
        else
            WriteChanges(players, lanterns);
        return _buffer.WrittenSpan.ToArray();
    }

    private void WriteAll(IReadOnlyCollection<Player> players, IReadOnlyList<(double X, double Y)> lanterns)
    {
        Short(players.Count);
        Byte(lanterns.Count);
        foreach (var (id, seen) in _key)
        {
            Short(id);
            Short(seen.X);
            Short(seen.Y);
            Short(seen.Score);
            Byte(seen.Input);
        }

        for (int i = 0; i < lanterns.Count; i++)
            Lantern(i, lanterns[i]);
    }

    private void WriteChanges(IReadOnlyCollection<Player> players, IReadOnlyList<(double X, double Y)> lanterns)
    {
        var changed = players.Select(p => (p.Id, Now: Seen.Of(p))).Where(p => !_key.TryGetValue(p.Id, out var seen) || seen != p.Now).ToList();
        var here = players.Select(p => p.Id).ToHashSet();
        var gone = _key.Keys.Where(id => !here.Contains(id)).ToList();
        var moved = Enumerable.Range(0, lanterns.Count).Where(i => lanterns[i] != _keyLanterns[i]).ToList();
        Short(changed.Count + gone.Count);
        Byte(moved.Count);
        foreach (var (id, now) in changed)
        {
            bool isNew = !_key.TryGetValue(id, out var seen);
            int mask = (isNew || seen.X != now.X ? 1 : 0) | (isNew || seen.Y != now.Y ? 2 : 0) | (isNew || seen.Score != now.Score ? 4 : 0) | (isNew || seen.Input != now.Input ? 8 : 0);
            Short(id);
            Byte(mask);
            if ((mask & 1) != 0)
                Short(now.X);
            if ((mask & 2) != 0)
                Short(now.Y);
            if ((mask & 4) != 0)
                Short(now.Score);
            if ((mask & 8) != 0)
                Byte(now.Input);
        }

        foreach (int id in gone)
        {
            Short(id);
            Byte(128);
        }

        foreach (int i in moved)
            Lantern(i, lanterns[i]);
    }

    private void Lantern(int index, (double X, double Y) place)
    {
        Byte(index);
        Short((int)(place.X * Scale));
        Short((int)(place.Y * Scale));
    }

    private void Byte(int value)
    {
        _buffer.GetSpan(1)[0] = (byte)value;
        _buffer.Advance(1);
    }

    private void Short(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), (ushort)value);
        _buffer.Advance(2);
    }

    private void Number(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    private readonly record struct Seen(int X, int Y, int Score, byte Input)
    {
        public static Seen Of(Player player) => new((int)(player.X * Scale), (int)(player.Y * Scale), Math.Min(player.Score, ushort.MaxValue), player.Input);
    }
}
