namespace Hutong.SocketIO;

/// <summary>Arguments on their way between nodes.</summary>
/// <param name="Arguments">A JSON array, with placeholders for attachments.</param>
/// <param name="Attachments">The attachments.</param>
public sealed record SocketAnswer(ReadOnlyMemory<byte> Arguments, IReadOnlyList<ReadOnlyMemory<byte>> Attachments);
