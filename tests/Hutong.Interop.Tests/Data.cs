using System.Text;

namespace Hutong.Interop;

/// <summary>What is sent, the same as in the peers' scripts.</summary>
internal static class Data
{
    public const string ReasonOfClient = "au revoir 再见";
    public const string ReasonOfServer = "tschüss 再见";
    public const string ForeignOrigin = "https://elsewhere.example";

    public static int[] Sizes { get; } = [5, 65_536, 16_777_216];

    /// <summary>A text of so many bytes of UTF-8.</summary>
    public static string Text(int bytes) =>
        new StringBuilder().Insert(0, "互通ab", bytes / 8).Append(bytes % 8 == 5 ? "互ab" : "").ToString();

    public static byte[] Binary(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(i % 251);
        return bytes;
    }
}
