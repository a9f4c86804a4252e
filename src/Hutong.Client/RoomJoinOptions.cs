using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hutong.Rooms;

namespace Hutong.Client;

/// <summary>How a room is joined.</summary>
public sealed record RoomJoinOptions
{
    internal static RoomJoinOptions Default { get; } = new();

    /// <summary>Where one stopped before, as <see cref="ClientRoom.Position"/> said: what was missed since then comes first, or a gap. Null by default.</summary>
    public StreamPosition? Since { get; init; }

    internal ReadOnlyMemory<byte> Info { get; private init; }

    /// <summary>With what the others see of this member, at most 1 KiB.</summary>
    /// <param name="info">The value.</param>
    /// <param name="json">How to write it.</param>
    public RoomJoinOptions WithInfo<T>(T info, JsonTypeInfo<T> json) => this with { Info = JsonSerializer.SerializeToUtf8Bytes(info, json) };
}
