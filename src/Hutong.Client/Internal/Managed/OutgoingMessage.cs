using Hutong.Rooms;

namespace Hutong.Client.Internal;

/// <summary>A message of the envelope to be written; see <c>docs/reference/envelope.md</c>.</summary>
internal readonly struct OutgoingMessage
{
    public required string Type { get; init; }

    /// <summary>The payload as JSON; empty for none.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The payload as bytes, if <see cref="HasData"/>.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    public bool HasData { get; init; }

    public string? Id { get; init; }

    public string? Room { get; init; }

    public string? Key { get; init; }

    public StreamPosition? Since { get; init; }

    public ReadOnlyMemory<byte> Info { get; init; }
}
