using Hutong.Protocol;

namespace Hutong.Connections;

/// <summary>The two kinds of message (RFC 6455 §5.6).</summary>
public enum MessageType : byte
{
    /// <summary>UTF-8 text, already validated.</summary>
    Text = Opcode.Text,

    /// <summary>Bytes.</summary>
    Binary = Opcode.Binary,
}
