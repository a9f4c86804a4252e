namespace Hutong.SocketIO.Internal;

/// <summary>An argument that is sent on as it came.</summary>
/// <param name="Json">A JSON value, with placeholders.</param>
/// <param name="Attachments">The attachments of the packet that it came in.</param>
internal sealed record RawArgument(byte[] Json, IReadOnlyList<ReadOnlyMemory<byte>> Attachments);
