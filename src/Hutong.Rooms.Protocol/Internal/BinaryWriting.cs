using System.Buffers;
using System.Text;

namespace Hutong.Rooms.Protocol.Internal;

/// <summary>Writes a binary envelope: the head at once, at its exact size, then the payload.</summary>
internal ref struct BinaryWriting
{
    private Span<byte> _rest;

    public static void Write(IBufferWriter<byte> output, in Envelope envelope)
    {
        var flags = FlagsOf(envelope);
        var type = EnvelopeType.Find(envelope.Type);
        int size = Size(envelope, flags, type);
        var writing = new BinaryWriting { _rest = output.GetSpan(size) };
        writing.WriteHead(envelope, flags, type);
        output.Advance(size);
        if ((flags & BinaryFlags.Payload) != BinaryFlags.None)
            output.Write(envelope.Payload.Span);
    }

    private static BinaryFlags FlagsOf(in Envelope e)
    {
        if (e.Id.IsNumber && (e.Id.Text is null || !Numbers.IsInteger(e.Id.Text)))
            throw new ArgumentException($"'{e.Id.Text}' is not an integer.", nameof(e));
        return (e.PayloadKind != PayloadKind.None ? BinaryFlags.Payload : BinaryFlags.None)
            | (e.PayloadKind == PayloadKind.Json ? BinaryFlags.PayloadIsJson : BinaryFlags.None)
            | (e.Id.IsPresent ? BinaryFlags.Id : BinaryFlags.None)
            | (e.Id.IsNumber ? BinaryFlags.IdIsNumber : BinaryFlags.None)
            | (e.Room is not null ? BinaryFlags.Room : BinaryFlags.None)
            | (e.Timestamp is not null ? BinaryFlags.Timestamp : BinaryFlags.None)
            | (e.Position is not null ? BinaryFlags.Position : BinaryFlags.None)
            | (e.Key is not null ? BinaryFlags.Key : BinaryFlags.None)
            | (e.Since is not null ? BinaryFlags.Since : BinaryFlags.None)
            | (e.Token is not null ? BinaryFlags.Token : BinaryFlags.None)
            | (e.Reason is not null ? BinaryFlags.Reason : BinaryFlags.None)
            | (e.Session is not null ? BinaryFlags.Session : BinaryFlags.None)
            | (e.Ack is not null ? BinaryFlags.Ack : BinaryFlags.None)
            | (e.Info.IsEmpty ? BinaryFlags.None : BinaryFlags.Info);
    }

    private static int Size(in Envelope e, BinaryFlags flags, EnvelopeType? type) =>
        VarUInt.Size((ulong)flags)
        + 1 + (type is null ? SizeOf(e.Type) : 0)
        + SizeOf(e.Id.Text)
        + SizeOf(e.Room)
        + (e.Timestamp is { } timestamp ? VarUInt.Size(VarUInt.ZigZag(timestamp)) : 0)
        + SizeOf(e.Position)
        + SizeOf(e.Key)
        + SizeOf(e.Since)
        + SizeOf(e.Token)
        + SizeOf(e.Reason)
        + SizeOf(e.Session)
        + (e.Ack is { } ack ? VarUInt.Size((ulong)ack) : 0)
        + (e.Info.IsEmpty ? 0 : VarUInt.Size((ulong)e.Info.Length) + e.Info.Length);

    private static int SizeOf(string? text)
    {
        if (text is null)
            return 0;
        int bytes = Encoding.UTF8.GetByteCount(text);
        return VarUInt.Size((ulong)bytes) + bytes;
    }

    private static int SizeOf(StreamPosition? position) =>
        position is { } p ? SizeOf(p.Epoch) + VarUInt.Size((ulong)p.Offset) : 0;

    private void WriteHead(in Envelope e, BinaryFlags flags, EnvelopeType? type)
    {
        Number((ulong)flags);
        Number(type?.Number ?? 0UL);
        if (type is null)
            Text(e.Type);
        Text(e.Id.Text);
        Text(e.Room);
        if (e.Timestamp is { } timestamp)
            Number(VarUInt.ZigZag(timestamp));
        Position(e.Position);
        Text(e.Key);
        Position(e.Since);
        Text(e.Token);
        Text(e.Reason);
        Text(e.Session);
        if (e.Ack is { } ack)
            Number((ulong)ack);
        if (!e.Info.IsEmpty)
        {
            Number((ulong)e.Info.Length);
            e.Info.Span.CopyTo(_rest);
            _rest = _rest[e.Info.Length..];
        }
    }

    private void Number(ulong value) => _rest = _rest[VarUInt.Write(_rest, value)..];

    private void Text(string? text)
    {
        if (text is null)
            return;
        Number((ulong)Encoding.UTF8.GetByteCount(text));
        _rest = _rest[Encoding.UTF8.GetBytes(text, _rest)..];
    }

    private void Position(StreamPosition? position)
    {
        if (position is not { } p)
            return;
        Text(p.Epoch);
        Number((ulong)p.Offset);
    }
}
