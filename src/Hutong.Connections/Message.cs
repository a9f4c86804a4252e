using System.Text;

namespace Hutong.Connections;

/// <summary>
/// A message that was received. <b>Who owns its bytes:</b> the connection. They are valid until the handler returns
/// (<see cref="WebSocketConnection.OnMessage"/>) or asks for the next message (<see cref="WebSocketConnection.ReadAllAsync"/>), and
/// are then used again; to keep them, take <see cref="Text"/> or <see cref="ToArray"/>. Debug builds overwrite returned bytes with
/// 0xDD, and so does any build with the AppContext switch <c>Hutong.PoisonReturnedBuffers</c>.
/// </summary>
/// <param name="type">Text or binary.</param>
/// <param name="data">The payload.</param>
public readonly struct Message(MessageType type, ReadOnlyMemory<byte> data)
{
    /// <summary>Text or binary.</summary>
    public MessageType Type { get; } = type;

    /// <summary>The payload: for text, valid UTF-8. See the type's remarks on how long it lives.</summary>
    public ReadOnlyMemory<byte> Data { get; } = data;

    /// <summary>Whether this is text.</summary>
    public bool IsText => Type == MessageType.Text;

    /// <summary>The payload as a string, made anew at each call. A binary message is read as UTF-8 too.</summary>
    public string Text => Encoding.UTF8.GetString(Data.Span);

    /// <summary>A copy of the payload, to keep.</summary>
    public byte[] ToArray() => Data.ToArray();

    /// <summary>Kind and length, not the content: messages must not end up in logs by accident.</summary>
    public override string ToString() => $"{Type}, {Data.Length} bytes";
}
