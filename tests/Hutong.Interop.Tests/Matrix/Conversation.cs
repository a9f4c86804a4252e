using System.Text;
using Hutong.Connections;

namespace Hutong.Interop.Matrix;

/// <summary>What is sent and comes back in each cell, and how many bytes that may take.</summary>
internal static class Conversation
{
    /// <summary>Ordinary messages of three sizes, then twice the same noise.</summary>
    public static int[] Sizes { get; } = [5, 65_536, 16_777_216, 4096, 4096];

    /// <summary>Whole messages are texts, fragmented ones binary; noise is binary in any case.</summary>
    public static (byte[] Content, MessageType Type) Message(int index, bool fragmented) =>
        index > 2 ? (Noise(), MessageType.Binary) : (Encoding.UTF8.GetBytes(Data.Text(Sizes[index])), fragmented ? MessageType.Binary : MessageType.Text);

    /// <summary>Fails unless the bytes on the wire tell that this mode was in use, both ways.</summary>
    /// <param name="mode">What was agreed.</param>
    /// <param name="after">Our end's counts after each message was received or sent, whichever comes later.</param>
    public static void ShouldHaveUsed(Mode mode, IReadOnlyList<ConnectionStatistics> after)
    {
        after.Count.ShouldBe(Sizes.Length);
        for (int i = 0; i < Sizes.Length; i++)
        {
            var before = i == 0 ? default : after[i - 1];
            Check("received", i, after[i].BytesReceived - before.BytesReceived);
            Check("sent", i, after[i].BytesSent - before.BytesSent);
        }

        void Check(string direction, int index, long bytes)
        {
            int size = Sizes[index];
            string what = $"bytes {direction} for message {index} of {size}";
            if (mode.Options is null)
                bytes.ShouldBeGreaterThan(size, what);
            else if (index is 1 or 2)
                bytes.ShouldBeLessThan(size / 10, what);
            else if (index is 4 && mode.Name == "takeover")
                bytes.ShouldBeLessThan(size / 4, what);
            else if (index is 3 or 4)
                bytes.ShouldBeGreaterThan(size * 9 / 10, what);
        }
    }

    /// <summary>Bytes that compress only against themselves: the second time is short only where the context was kept and the window reaches back.</summary>
    private static byte[] Noise()
    {
        byte[] bytes = new byte[4096];
        uint state = 1;
        for (int i = 0; i < bytes.Length; i++)
        {
            state = unchecked((state * 1103515245) + 12345);
            bytes[i] = (byte)(state >> 24);
        }

        return bytes;
    }
}
