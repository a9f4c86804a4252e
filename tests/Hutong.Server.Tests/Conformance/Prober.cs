using Hutong.Server.Tests.Support;
using Hutong.Testing;

namespace Hutong.Server.Tests.Conformance;

/// <summary>What a case does to the server under test, and what it demands of it. It knows RFC 6455 and nothing of the server.</summary>
internal sealed class Prober(WirePeer peer, bool answersInPlace)
{
    public const byte Continuation = 0x0;
    public const byte Text = 0x1;
    public const byte Binary = 0x2;
    public const byte Close = 0x8;
    public const byte Ping = 0x9;
    public const byte Pong = 0xA;

    const uint MaskKey = 0xC0FFEE11;

    public static byte[] Frame(byte opcode, ReadOnlySpan<byte> payload = default, bool fin = true, byte rsv = 0) =>
        RawFrame.Encode(opcode, payload, fin, rsv, MaskKey);

    public Task SendAsync(byte opcode, ReadOnlyMemory<byte> payload = default, bool fin = true, byte rsv = 0) =>
        peer.SendAsync(Frame(opcode, payload.Span, fin, rsv));

    public Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => peer.SendAsync(bytes);

    /// <summary>Sends bytes in writes of a size.</summary>
    public async Task SendChoppedAsync(ReadOnlyMemory<byte> bytes, int size)
    {
        for (int i = 0; i < bytes.Length; i += size)
            await peer.SendAsync(bytes[i..Math.Min(bytes.Length, i + size)]);
    }

    /// <summary>Sends a message in fragments of a size.</summary>
    public async Task SendFragmentsAsync(byte opcode, ReadOnlyMemory<byte> payload, int size)
    {
        for (int i = 0; i < payload.Length; i += size)
        {
            int end = Math.Min(payload.Length, i + size);
            await SendAsync(i == 0 ? opcode : Continuation, payload[i..end], fin: end == payload.Length);
        }
    }

    public Task ExpectAsync(byte opcode, ReadOnlyMemory<byte> payload) => peer.ExpectFrameAsync(opcode, payload);

    public async Task EchoAsync(byte opcode, ReadOnlyMemory<byte> payload)
    {
        var sending = SendAsync(opcode, payload);
        await ExpectAsync(opcode, payload);
        await sending;
    }

    /// <summary>The server is well: it closes when it is asked to, with the same code, and ends TCP first.</summary>
    public Task CloseAsync() => peer.CloseAsync();

    /// <summary>Expects the connection to be failed with a code, and TCP to end once the close frame is answered.</summary>
    public async Task ExpectFailureAsync(ushort code)
    {
        await peer.ExpectCloseAsync(code);
        await peer.SendIfTakenAsync(Frame(Close, [(byte)(code >> 8), (byte)code]));
        await peer.ExpectEndAsync();
    }

    /// <summary>
    /// Expects a message back that stood before the one that failed the connection. A server that answers in place must have sent it
    /// by then; one that reads on its own time may have been overtaken by the failure (RFC 6455 §7.1.7 owes nothing).
    /// </summary>
    public async Task ExpectEchoThenFailureAsync(byte opcode, ReadOnlyMemory<byte> payload, ushort code)
    {
        var frame = await peer.ReadFrameAsync();
        if (frame.Opcode != Close)
        {
            (frame.Opcode, frame.Fin, frame.Rsv, frame.Masked).ShouldBe((opcode, true, (byte)0, false));
            frame.Payload.Span.SequenceEqual(payload.Span).ShouldBeTrue();
            await ExpectFailureAsync(code);
            return;
        }

        answersInPlace.ShouldBeFalse("an echo is missing");
        frame.CloseCode.ShouldBe(code);
        await peer.SendIfTakenAsync(Frame(Close, [(byte)(code >> 8), (byte)code]));
        await peer.ExpectEndAsync();
    }

    /// <summary>Sends a close frame and expects one with a code, and the end.</summary>
    public async Task ExpectCloseAnsweredAsync(ReadOnlyMemory<byte> payload, ushort? code)
    {
        await SendAsync(Close, payload);
        await peer.ExpectCloseAsync(code);
        await peer.ExpectEndAsync();
    }

    /// <summary>Sends a close frame that is none and expects the connection to be failed.</summary>
    public async Task ExpectCloseRefusedAsync(ReadOnlyMemory<byte> payload, ushort code)
    {
        await SendAsync(Close, payload);
        await ExpectFailureAsync(code);
    }

    public async Task ExpectCloseAsync(ushort? code) => await peer.ExpectCloseAsync(code);

    public Task ExpectEndAsync() => peer.ExpectEndAsync();
}
