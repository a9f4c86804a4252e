using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hutong.Server.Internal;

/// <summary>What whoever knows it may do something with: 144 bits of the system's random source, as 24 characters of a URL's.</summary>
internal static class Secret
{
    private const int Size = 18;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Size));

    /// <summary>Whether they are the same, in a time that does not tell how far they are.</summary>
    public static bool Equals(ReadOnlySpan<char> one, ReadOnlySpan<char> other) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(one), MemoryMarshal.AsBytes(other));
}
