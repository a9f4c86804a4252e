namespace Hutong.SocketIO.Protocol;

/// <summary>How large the parts of a packet may be.</summary>
public sealed record SocketPacketLimits
{
    /// <summary>The defaults.</summary>
    public static SocketPacketLimits Default { get; } = new();

    /// <summary>The packet without its attachments, in bytes. Default 1,000,000: what Engine.IO takes at most by default.</summary>
    public int MaxSize { get; init; } = 1_000_000;

    /// <summary>How deep the payload may be nested; the array of arguments is the first level. Default 64, at most 256.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>How many attachments a packet may announce. Default 10, as the reference.</summary>
    public int MaxAttachments { get; init; } = 10;

    /// <summary>How long a namespace's name may be, in bytes. Default 256.</summary>
    public int MaxNamespaceSize { get; init; } = 256;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxDepth, 256);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxAttachments);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxNamespaceSize);
    }
}
