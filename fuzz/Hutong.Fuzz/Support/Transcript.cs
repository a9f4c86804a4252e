using System.Security.Cryptography;

namespace Hutong.Fuzz;

/// <summary>What a receiver reports, as lines: messages put together, pings, pongs, the close and the error.</summary>
public sealed class Transcript(bool keepOpenMessage = true)
{
    private readonly List<string> _lines = [];
    private readonly List<byte> _message = [];
    private Opcode? _open;
    private bool _failed;
    private bool _closed;

    /// <summary>Feeds bytes in pieces, each in a buffer of its own that is spoilt once it is taken.</summary>
    public static IReadOnlyList<string> Of(Receiver receiver, ReadOnlySpan<byte> wire, int[] pieces, bool keepOpenMessage = true)
    {
        var transcript = new Transcript(keepOpenMessage);
        foreach (int length in pieces)
        {
            byte[] buffer = wire[..length].ToArray();
            wire = wire[length..];
            Memory<byte> input = buffer;
            while (receiver.TryRead(ref input, out var e))
                transcript.Add(e);
            Claim.That(input.IsEmpty, "bytes are left though there is no event");
            buffer.AsSpan().Fill(0xCC);
        }

        return transcript.Finish();
    }

    public static string Message(Opcode opcode, ReadOnlySpan<byte> payload) => $"{opcode} {Show(payload)}";

    public void Add(in WebSocketEvent e)
    {
        Claim.That(!_closed, "an event after the close");
        Claim.That(!_failed || e.Kind == WebSocketEventKind.Close, "an event other than a close after the error");
        switch (e.Kind)
        {
            case WebSocketEventKind.Data:
                AddData(e);
                break;
            case WebSocketEventKind.Ping or WebSocketEventKind.Pong:
                Claim.That(e.Payload.Length <= 125, "a control frame above 125 bytes");
                _lines.Add($"{e.Kind} {Show(e.Payload.Span)}");
                break;
            case WebSocketEventKind.Close:
                _closed = true;
                _lines.Add($"Close {(int)e.Close.Code} {e.Close.Reason}");
                break;
            default:
                _failed = true;
                Claim.That(e.Error is not null, "an error without one");
                _lines.Add($"Error {e.Error!.Code}");
                break;
        }
    }

    public IReadOnlyList<string> Finish()
    {
        if (keepOpenMessage && _open is { } opcode && !_failed && !_closed && _message.Count > 0)
            _lines.Add($"Open {Message(opcode, [.. _message])}");
        return _lines;
    }

    private static string Show(ReadOnlySpan<byte> bytes) => bytes.Length <= 64
        ? Convert.ToHexString(bytes)
        : $"{bytes.Length} bytes {Convert.ToHexString(SHA256.HashData(bytes).AsSpan(0, 8))}";

    private void AddData(in WebSocketEvent e)
    {
        Claim.Same(_open is null, e.IsFirst, "IsFirst");
        Claim.That(e.Opcode is Opcode.Text or Opcode.Binary, "data is text or binary");
        Claim.Same(_open ?? e.Opcode, e.Opcode, "a message's opcode");
        Claim.That(e.EndOfMessage || !e.Payload.IsEmpty, "an empty piece in the middle");
        _open = e.Opcode;
        _message.AddRange(e.Payload.Span);
        if (!e.EndOfMessage)
            return;
        _lines.Add(Message(e.Opcode, [.. _message]));
        _message.Clear();
        _open = null;
    }
}
