namespace Hutong.Connections;

/// <summary>A piece of a message, as it came. Its bytes live as long as those of a <see cref="Message"/>: until the next piece is asked for.</summary>
/// <param name="type">The message's kind, the same in each of its pieces.</param>
/// <param name="data">The piece. The pieces of a text may end in the middle of a character.</param>
/// <param name="isFirst">Whether a message begins with this piece.</param>
/// <param name="endOfMessage">Whether it ends with this piece.</param>
public readonly struct MessageChunk(MessageType type, ReadOnlyMemory<byte> data, bool isFirst, bool endOfMessage)
{
    /// <summary>The message's kind.</summary>
    public MessageType Type { get; } = type;

    /// <summary>The piece.</summary>
    public ReadOnlyMemory<byte> Data { get; } = data;

    /// <summary>Whether a message begins with this piece.</summary>
    public bool IsFirst { get; } = isFirst;

    /// <summary>Whether the message ends with this piece.</summary>
    public bool EndOfMessage { get; } = endOfMessage;
}
