using System.Security.Cryptography;

namespace Showcase.Chat;

/// <summary>The images of the chat, in memory: the newest ones, up to a bound.</summary>
internal sealed class ImageStore
{
    /// <summary>The largest image.</summary>
    public const int MaxSize = 4 << 20;

    private const int MaxBytes = 64 << 20;
    private const int MaxCount = 200;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredImage> _images = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private long _bytes;

    /// <summary>Keeps an image.</summary>
    /// <returns>Its id; null if the bytes are no image that a page may show.</returns>
    public string? Add(byte[] data)
    {
        if (TypeOf(data) is not { } type)
            return null;
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        lock (_gate)
        {
            _images[id] = new(data, type);
            _order.Enqueue(id);
            _bytes += data.Length;
            while (_bytes > MaxBytes || _order.Count > MaxCount)
            {
                string oldest = _order.Dequeue();
                _bytes -= _images[oldest].Data.Length;
                _images.Remove(oldest);
            }
        }

        return id;
    }

    /// <summary>An image; null if it is none, or was let go.</summary>
    public StoredImage? Find(string id)
    {
        lock (_gate)
            return _images.GetValueOrDefault(id);
    }

    /// <summary>What the first bytes say. Pictures that can hold programs are none of them.</summary>
    private static string? TypeOf(ReadOnlySpan<byte> data) => data switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        _ => null,
    };
}
