using System.Runtime.CompilerServices;
using Hutong.Protocol.Internal.Unicode;

namespace Hutong.Protocol;

/// <summary>
/// Validates UTF-8 that comes in pieces (RFC 3629, RFC 6455 §8.1). It fails at the first byte that no valid text could have
/// at that place, even in the middle of a character or a fragment. A mutable struct: keep it in a field, do not copy it.
/// </summary>
public struct Utf8Validator
{
    // Inside a character: how many bytes are missing, and the range of the next one (Unicode table 3-7: only the second
    // byte of a character has a range narrower than 80..BF).
    private byte _missing;
    private byte _low;
    private byte _high;

    /// <summary>Whether the text so far ends at a character's end.</summary>
    public readonly bool IsComplete => _missing == 0;

    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">Bytes that follow those already taken.</param>
    /// <returns>False as soon as the text cannot be valid any more; the validator is of no further use then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Append(ReadOnlySpan<byte> piece)
    {
        // With no character cut at either end, the verdict on the piece is the verdict on the text.
        if (_missing == 0 && CutOff(piece) == 0)
            return Utf8Text.IsValid(piece);
        return AppendSlowly(piece);
    }

    /// <summary>Makes the validator ready for a new text.</summary>
    public void Reset() => _missing = 0;

    private bool AppendSlowly(ReadOnlySpan<byte> piece)
    {
        int at = 0;
        while (_missing > 0 && at < piece.Length)
        {
            if (!Next(piece[at++]))
                return false;
        }

        piece = piece[at..];
        int whole = piece.Length - CutOff(piece);
        if (!Utf8Text.IsValid(piece[..whole]))
            return false;
        foreach (byte b in piece[whole..])
        {
            if (!Next(b))
                return false;
        }

        return true;
    }

    /// <summary>How many bytes at the end of a piece are the beginning of a character, or of none.</summary>
    private static int CutOff(ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty || piece[^1] < 0x80)
            return 0;
        if (piece[^1] >= 0xC0)
            return 1;
        if (piece.Length >= 2 && piece[^2] >= 0xE0)
            return 2;
        return piece.Length >= 3 && piece[^3] >= 0xF0 ? 3 : 0;
    }

    private bool Next(byte b)
    {
        if (_missing > 0)
        {
            if (b < _low || b > _high)
                return false;
            (_low, _high) = (0x80, 0xBF);
            _missing--;
            return true;
        }

        (_low, _high) = b switch
        {
            0xE0 => ((byte)0xA0, (byte)0xBF), // shorter forms of U+0800 and below
            0xED => ((byte)0x80, (byte)0x9F), // surrogates
            0xF0 => ((byte)0x90, (byte)0xBF), // shorter forms of U+10000 and below
            0xF4 => ((byte)0x80, (byte)0x8F), // above U+10FFFF
            _ => ((byte)0x80, (byte)0xBF),
        };
        int length = LengthOf(b);
        _missing = (byte)Math.Max(length - 1, 0);
        return length > 0;
    }

    /// <summary>The length of the character that a byte begins; 0 if none begins with it.</summary>
    private static int LengthOf(byte first) => first switch
    {
        < 0x80 => 1,
        < 0xC2 => 0, // continuation bytes, and C0 and C1, which only longer forms than needed have
        < 0xE0 => 2,
        < 0xF0 => 3,
        < 0xF5 => 4,
        _ => 0,
    };
}
