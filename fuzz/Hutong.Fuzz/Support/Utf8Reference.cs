namespace Hutong.Fuzz;

/// <summary>UTF-8 by arithmetic on code points (RFC 3629 §3, §4): slow, and unlike the engine's tables.</summary>
public static class Utf8Reference
{
    /// <summary>Finds the first byte with which no valid text could go on; -1 if there is none.</summary>
    public static int FirstBad(ReadOnlySpan<byte> text, out bool complete)
    {
        int missing = 0;
        int minimum = 0;
        int codePoint = 0;
        complete = false;
        for (int i = 0; i < text.Length; i++)
        {
            int b = text[i];
            if (missing > 0)
            {
                if (b >> 6 != 0b10)
                    return i;
                codePoint = (codePoint << 6) | (b & 0x3F);
                missing--;
            }
            else if (b < 0x80)
            {
                (codePoint, minimum) = (b, 0);
            }
            else if (b >> 5 == 0b110)
            {
                (codePoint, minimum, missing) = (b & 0x1F, 0x80, 1);
            }
            else if (b >> 4 == 0b1110)
            {
                (codePoint, minimum, missing) = (b & 0x0F, 0x800, 2);
            }
            else if (b >> 3 == 0b11110)
            {
                (codePoint, minimum, missing) = (b & 0x07, 0x10000, 3);
            }
            else
            {
                return i;
            }

            if (!IsPossible(codePoint, missing, minimum))
                return i;
        }

        complete = missing == 0;
        return -1;
    }

    public static bool IsValid(ReadOnlySpan<byte> text) => FirstBad(text, out bool complete) < 0 && complete;

    private static bool IsPossible(int codePoint, int missing, int minimum)
    {
        int low = Math.Max(codePoint << (6 * missing), minimum);
        int high = Math.Min((codePoint << (6 * missing)) | ((1 << (6 * missing)) - 1), 0x10FFFF);
        return low <= high && !(low >= 0xD800 && high <= 0xDFFF);
    }
}
