using Hutong.Connections;

namespace Hutong.Client.Internal;

/// <summary>What waits behind a stream that is being sent: a message, another stream, or the end.</summary>
internal sealed record PendingItem
{
    public MessageType Type { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public Stream? Stream { get; init; }

    public bool IsClose { get; init; }

    /// <summary>Bytes that count as buffered and are not read yet; a stream of unknown length counts as it is read.</summary>
    public long Counted { get; set; }
}
