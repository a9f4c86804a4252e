namespace Hutong.Fuzz;

/// <summary>Ways to cut bytes into pieces: lists of piece lengths.</summary>
public static class Cuts
{
    public static int[] Whole(int length) => [length];

    public static int[] At(int length, int at) => [at, length - at];

    public static int[] EachByte(int length)
    {
        int[] pieces = new int[length];
        Array.Fill(pieces, 1);
        return pieces;
    }

    /// <summary>Pieces of random lengths, now and then an empty one.</summary>
    public static int[] Random(int length, Random random)
    {
        var pieces = new List<int>();
        int most = 1 + random.Next(1 << random.Next(1, 12));
        while (length > 0)
        {
            int piece = Math.Min(length, random.Next(most + 1));
            pieces.Add(piece);
            length -= piece;
        }

        return [.. pieces];
    }
}
