using System.Buffers;

namespace Hutong.Fuzz;

/// <summary>
/// permessage-deflate: whatever bytes a peer sends as a compressed message, they give a message within the limit or a documented error, and the
/// same whether they come whole or cut in two.
/// </summary>
public static class DeflateTarget
{
    private const int Limit = 100_000;

    public static byte[] Generate(Random random)
    {
        // Compressed text, noise, and long runs, so that mutations hit headers, codes and distances.
        byte[] message = new byte[random.Next(0, 3000)];
        random.NextBytes(message);
        for (int i = 0; i < message.Length; i++)
            message[i] = random.Next(3) == 0 ? message[i] : (byte)('a' + (i % 7));
        var sender = new Sender(Role.Server, Agree(takeover: false).Server);
        var output = new ArrayBufferWriter<byte>();
        sender.WriteMessage(output, Opcode.Binary, message);
        FrameHeader.TryRead(output.WrittenSpan, out var header, out _);
        return [(byte)random.Next(256), .. output.WrittenSpan[header.Size..Math.Min(output.WrittenCount, 126)]];
    }

    public static void Run(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return;
        int cut = data[0];
        byte[] payload = data[1..].ToArray();
        byte[] frame = new byte[FrameHeader.MaxSize + payload.Length];
        int headerSize = new FrameHeader(Opcode.Binary, payload.Length, rsv1: true).Write(frame);
        payload.CopyTo(frame, headerSize);
        frame = frame[..(headerSize + payload.Length)];

        foreach (bool takeover in (bool[])[true, false])
        {
            byte[]? whole = Receive(frame, frame.Length, takeover);
            byte[]? split = Receive(frame, Math.Min(cut, frame.Length), takeover);
            Claim.Same(whole is null, split is null, "whether the message is valid, whole and cut");
            if (whole is not null)
                Claim.That(whole.AsSpan().SequenceEqual(split), "the message, whole and cut");
        }
    }

    private static byte[]? Receive(byte[] frame, int cut, bool takeover)
    {
        using var end = new WebSocketProtocol(Role.Client, Limit, Agree(takeover).Client);
        var message = new ArrayBufferWriter<byte>();
        bool ended = false;
        foreach (byte[] piece in (byte[][])[frame[..cut], frame[cut..]])
        {
            Memory<byte> input = piece;
            while (end.TryReceive(ref input, out var e))
            {
                if (e.Kind == WebSocketEventKind.Error)
                {
                    Claim.That(e.Error == ProtocolError.InvalidTransform || e.Error == ProtocolError.MessageTooBig, "a documented error");
                    return null;
                }

                message.Write(e.Payload.Span);
                ended |= e.EndOfMessage;
            }
        }

        Claim.That(message.WrittenCount <= Limit, "no more than the limit");
        Claim.That(ended, "a whole frame is a whole message");
        return message.WrittenSpan.ToArray();
    }

    private static (IMessageTransform Server, IMessageTransform Client) Agree(bool takeover)
    {
        var extension = new PerMessageDeflate(new() { ServerNoContextTakeover = !takeover, ClientNoContextTakeover = !takeover, Threshold = 0 });
        Claim.That(extension.TryAccept(extension.CreateOffers()[0], out var response, out var server), "our own offer is accepted");
        Claim.That(extension.TryConfirm(response, out var client), "our own answer is confirmed");
        return (server!, client!);
    }
}
