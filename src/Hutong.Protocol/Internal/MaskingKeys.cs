using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hutong.Protocol.Internal;

/// <summary>Masking keys from the system's strong source (RFC 6455 §10.3), fetched by the kilobyte: one call a frame would dominate.</summary>
internal static class MaskingKeys
{
    [ThreadStatic]
    private static uint[]? _keys;

    [ThreadStatic]
    private static int _left;

    public static uint Next()
    {
        uint[] keys = _keys ??= new uint[256];
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(keys.AsSpan()));
            _left = keys.Length;
        }

        return keys[--_left];
    }
}
