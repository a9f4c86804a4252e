using System.Buffers;

namespace Hutong.Fuzz;

/// <summary>Each prefix of a header tells no more and no other than the RFC says, and what is read can be written.</summary>
public static class FrameHeaderTarget
{
    public static byte[] Generate(Random random)
    {
        byte[] bytes = new byte[random.Next(FrameHeader.MaxSize + 4)];
        random.NextBytes(bytes);
        if (bytes.Length > 1)
        {
            bytes[0] = (byte)((bytes[0] & 0xF0) | random.Next(11));
            bytes[1] = (byte)((bytes[1] & 0x80) | (random.Next(3) == 0 ? random.Next(128) : random.Next(125, 128)));
            int zeros = random.Next(9);
            for (int i = 2; i < Math.Min(bytes.Length, 2 + zeros); i++)
                bytes[i] = 0;
        }

        return bytes;
    }

    public static void Run(ReadOnlySpan<byte> data)
    {
        ProtocolError? before = null;
        for (int length = 0; length <= data.Length; length++)
        {
            var prefix = data[..length];
            var status = FrameHeader.TryRead(prefix, out var header, out var error);
            var expected = Expect(prefix, out long payload, out int size);
            Claim.Same(expected, status, $"the status after {length} bytes");
            Claim.Same(status == OperationStatus.InvalidData, error is not null, "an error goes with InvalidData");
            Claim.That(before is null || before == error, "an error changed");
            before = error;
            if (status != OperationStatus.Done)
                continue;
            Claim.Same(payload, header.PayloadLength, "PayloadLength");
            Claim.Same(size, header.Size, "Size");
            Claim.Same(data[0] >= 0x80, header.Fin, "Fin");
            Claim.Same((data[0] & 0x40) != 0, header.Rsv1, "Rsv1");
            Claim.Same(data[0] & 0x0F, (int)header.Opcode, "Opcode");
            Claim.Same(data[1] >= 0x80, header.IsMasked, "IsMasked");
            byte[] written = new byte[FrameHeader.MaxSize];
            Claim.Same(size, header.Write(written), "the bytes written");
            Claim.That(written.AsSpan(0, size).SequenceEqual(data[..size]), "what was read is what is written");
        }
    }

    private static OperationStatus Expect(ReadOnlySpan<byte> data, out long payload, out int size)
    {
        payload = 0;
        size = 0;
        if (data.IsEmpty)
            return OperationStatus.NeedMoreData;
        int opcode = data[0] % 16;
        if (opcode is 3 or 4 or 5 or 6 or 7 or 11 or 12 or 13 or 14 or 15 || (opcode >= 8 && data[0] < 128))
            return OperationStatus.InvalidData;
        if (data.Length == 1)
            return OperationStatus.NeedMoreData;
        int field = data[1] % 128;
        if (opcode >= 8 && field > 125)
            return OperationStatus.InvalidData;
        int extra = field == 127 ? 8 : field == 126 ? 2 : 0;
        if (extra == 8 && data.Length > 2 && data[2] > 127)
            return OperationStatus.InvalidData;
        if (data.Length < 2 + extra)
            return OperationStatus.NeedMoreData;
        payload = extra == 0 ? field : 0;
        for (int i = 0; i < extra; i++)
            payload = (payload * 256) + data[2 + i];
        if ((extra == 2 && payload <= 125) || (extra == 8 && payload <= 65535))
            return OperationStatus.InvalidData;
        size = 2 + extra + (data[1] > 127 ? 4 : 0);
        return data.Length < size ? OperationStatus.NeedMoreData : OperationStatus.Done;
    }
}
