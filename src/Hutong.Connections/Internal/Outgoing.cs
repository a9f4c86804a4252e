namespace Hutong.Connections.Internal;

/// <summary>A message that waits to be sent, in the form in which the caller gave it.</summary>
internal readonly struct Outgoing
{
    public Outgoing(string text)
    {
        Type = MessageType.Text;
        Text = text;
    }

    public Outgoing(MessageType type, ReadOnlyMemory<byte> data)
    {
        Type = type;
        Data = data;
    }

    public Outgoing(PreparedMessage prepared)
    {
        Type = prepared.Type;
        Prepared = prepared;
    }

    public MessageType Type { get; }

    public string? Text { get; }

    public ReadOnlyMemory<byte> Data { get; }

    public PreparedMessage? Prepared { get; }

    public int Length => Text?.Length ?? Prepared?.Data.Length ?? Data.Length;
}
