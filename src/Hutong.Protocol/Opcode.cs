namespace Hutong.Protocol;

/// <summary>What a frame carries (RFC 6455 §5.2, §11.8). Values 3–7 and 11–15 are reserved and refused.</summary>
public enum Opcode : byte
{
    /// <summary>A further fragment of the message that a text or binary frame began.</summary>
    Continuation = 0x0,

    /// <summary>Text: UTF-8, validated (RFC 6455 §8.1).</summary>
    Text = 0x1,

    /// <summary>Bytes whose meaning belongs to the application.</summary>
    Binary = 0x2,

    /// <summary>The closing handshake (RFC 6455 §5.5.1).</summary>
    Close = 0x8,

    /// <summary>Asks the peer for a pong with the same payload (RFC 6455 §5.5.2).</summary>
    Ping = 0x9,

    /// <summary>Answers a ping, or comes unasked as a one-way heartbeat (RFC 6455 §5.5.3).</summary>
    Pong = 0xA,
}
