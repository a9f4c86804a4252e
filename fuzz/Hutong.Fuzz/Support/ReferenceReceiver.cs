using System.Text;

namespace Hutong.Fuzz;

/// <summary>
/// RFC 6455 §5 read once from beginning to end over all the bytes at hand: no pieces, no state between calls. It says what a
/// <see cref="Receiver"/> must report, in the lines of <see cref="Transcript"/>, with errors by their close code.
/// </summary>
public static class ReferenceReceiver
{
    /// <summary>Reads a conversation. <paramref name="xor"/> is what the extension does to marked messages; null if there is none.</summary>
    public static IReadOnlyList<string> Read(Role role, long limit, ReadOnlySpan<byte> wire, byte? xor)
    {
        var lines = new List<string>();
        var message = new List<byte>();
        int opcode = 0;
        bool open = false;
        bool marked = false;
        bool discarding = false;
        while (!wire.IsEmpty)
        {
            int kind = wire[0] & 0x0F;
            bool control = kind >= 8;
            bool fin = wire[0] >= 0x80;
            int reserved = wire[0] & 0x70;
            bool mayMark = reserved == 0x40 && xor is not null && kind is 1 or 2;
            if (kind is (> 2 and < 8) or > 10 || (control && !fin) || (reserved != 0 && !mayMark) || (!discarding && !control && (kind == 0) != open))
                return Fail(lines, 1002, discarding);
            if (wire.Length < 2)
                break;
            if ((control && (wire[1] & 0x7F) > 125) || wire[1] >= 0x80 != (role == Role.Server))
                return Fail(lines, 1002, discarding);
            int form = (wire[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };
            if (form == 8 && wire.Length > 2 && wire[2] >= 0x80)
                return Fail(lines, 1002, discarding);
            if (wire.Length < 2 + form)
                break;
            long length = form == 0 ? wire[1] & 0x7F : 0;
            for (int i = 0; i < form; i++)
                length = (length << 8) | wire[2 + i];
            if ((form == 2 && length < 126) || (form == 8 && length < 65536))
                return Fail(lines, 1002, discarding);

            if (!control && !discarding)
            {
                if (kind != 0)
                {
                    (opcode, open, marked) = (kind, true, reserved != 0);
                    message.Clear();
                }

                if (!marked && length > limit - message.Count)
                    discarding = Fail(lines, 1009, discarding).Count > 0;
            }

            int size = 2 + form + (role == Role.Server ? 4 : 0);
            if (wire.Length < size)
                break;
            byte[] payload = Unmask(wire, size, length, role);
            wire = wire[(size + payload.Length)..];
            bool whole = payload.Length == length;
            if (control)
            {
                if (!whole)
                    break;
                if (kind == 8)
                    return Close(lines, payload, discarding);
                if (!discarding)
                    lines.Add($"{(kind == 9 ? "Ping" : "Pong")} {Transcript.Message(Opcode.Text, payload)[5..]}");
                continue;
            }

            if (discarding)
                continue;
            foreach (byte b in payload)
                message.Add((byte)(b ^ (marked ? xor!.Value : 0)));
            bool complete = true;
            if (message.Count > limit)
            {
                discarding = Fail(lines, 1009, discarding).Count > 0;
            }
            else if (opcode == 1 && (Utf8Reference.FirstBad([.. message], out complete) >= 0 || (whole && fin && !complete)))
            {
                discarding = Fail(lines, 1007, discarding).Count > 0;
            }
            else if (whole && fin)
            {
                lines.Add(Transcript.Message((Opcode)opcode, [.. message]));
                open = false;
            }
        }

        if (open && !discarding && message.Count > 0)
            lines.Add($"Open {Transcript.Message((Opcode)opcode, [.. message])}");
        return lines;
    }

    /// <summary>Which close frames are well formed (RFC 6455 §5.5.1, §7.4): 0, or the code to fail with.</summary>
    public static int JudgeClose(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
            return 0;
        if (payload.Length == 1)
            return 1002;
        int code = (payload[0] << 8) | payload[1];
        int[] registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
        if (!registered.Contains(code) && code is < 3000 or > 4999)
            return 1002;
        return Utf8Reference.IsValid(payload[2..]) ? 0 : 1007;
    }

    private static List<string> Close(List<string> lines, byte[] payload, bool discarding)
    {
        int error = JudgeClose(payload);
        if (error != 0 && !discarding)
            return Fail(lines, error, discarding);
        lines.Add(error != 0 || payload.Length == 0 ? "Close 1005 " : $"Close {(payload[0] << 8) | payload[1]} {Encoding.UTF8.GetString(payload, 2, payload.Length - 2)}");
        return lines;
    }

    private static byte[] Unmask(ReadOnlySpan<byte> wire, int size, long length, Role role)
    {
        byte[] payload = wire.Slice(size, (int)Math.Min(length, wire.Length - size)).ToArray();
        for (int i = 0; i < payload.Length && role == Role.Server; i++)
            payload[i] ^= wire[size - 4 + (i % 4)];
        return payload;
    }

    private static List<string> Fail(List<string> lines, int code, bool discarding)
    {
        if (!discarding)
            lines.Add($"Error {code}");
        return lines;
    }
}
