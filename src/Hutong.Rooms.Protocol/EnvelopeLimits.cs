namespace Hutong.Rooms.Protocol;

/// <summary>How large the parts of an envelope may be. Sizes are in bytes of UTF-8.</summary>
public sealed record EnvelopeLimits
{
    /// <summary>The defaults.</summary>
    public static EnvelopeLimits Default { get; } = new();

    /// <summary>The whole message. Default 1 MiB.</summary>
    public int MaxMessageSize { get; init; } = 1 << 20;

    /// <summary>How deep JSON may be nested; the envelope itself is the first level. Default 64, at most 512.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>The type. Default 64, at most 1,024.</summary>
    public int MaxTypeSize { get; init; } = 64;

    /// <summary>A room's name. Default 200, at most 1,024.</summary>
    public int MaxRoomSize { get; init; } = 200;

    /// <summary>A message's id. Default 64, at most 1,024.</summary>
    public int MaxIdSize { get; init; } = 64;

    /// <summary>A delivery key. Default 128, at most 1,024.</summary>
    public int MaxKeySize { get; init; } = 128;

    /// <summary>A token, or a session's id. Default 8 KiB.</summary>
    public int MaxTokenSize { get; init; } = 8 << 10;

    /// <summary>What a member shows of itself. Default 1 KiB.</summary>
    public int MaxInfoSize { get; init; } = 1 << 10;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMessageSize);
        Check(MaxDepth, 512, nameof(MaxDepth));
        Check(MaxTypeSize, 1024, nameof(MaxTypeSize));
        Check(MaxRoomSize, 1024, nameof(MaxRoomSize));
        Check(MaxIdSize, 1024, nameof(MaxIdSize));
        Check(MaxKeySize, 1024, nameof(MaxKeySize));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxTokenSize);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxInfoSize);
    }

    private static void Check(int value, int most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}
