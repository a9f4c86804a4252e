namespace Hutong.Client;

/// <summary>A message that was received. Its content is a copy, to keep.</summary>
public sealed class MessageEvent : W3CEvent
{
    internal MessageEvent(W3CWebSocket target, object data, string origin)
        : base(target)
    {
        Data = data;
        Origin = origin;
    }

    /// <summary>
    /// A <see cref="string"/> for text; for binary a <c>byte[]</c> or a <see cref="Stream"/>, as <see cref="W3CWebSocket.BinaryType"/> said when the message's
    /// turn came.
    /// </summary>
    public object Data { get; }

    /// <summary>The text; null for a binary message.</summary>
    public string? Text => Data as string;

    /// <summary>The bytes, whatever the binary type; null for a text.</summary>
    public byte[]? Bytes => Data switch
    {
        byte[] bytes => bytes,
        MemoryStream stream => stream.ToArray(),
        _ => null,
    };

    /// <summary>The server: <c>wss://example.com</c>, with the port if it is not the scheme's own.</summary>
    public string Origin { get; }
}
