using System.Buffers;

namespace Hutong.Rooms.Protocol;

public class AllocationTests
{
    private const int Times = 1000;

    public static TheoryData<string> Dialects => [.. Subprotocols.All];

    private static readonly Envelope Publication = new()
    {
        Type = "tick",
        Room = "stock:ACME",
        Timestamp = 1_700_000_000_000,
        Position = new StreamPosition("6f1c", 12_345),
        Key = "ACME",
        PayloadKind = PayloadKind.Json,
        Payload = "{\"price\":12.5,\"volume\":[1,2,3]}"u8.ToArray(),
    };

    [Theory]
    [MemberData(nameof(Dialects))]
    public void TryRead_MessagesWithoutAnId_AllocatesNothing(string dialect)
    {
        var codec = Codec(dialect);
        byte[] message = codec.Written(Publication);

        Allocations.Least(() =>
        {
            for (int i = 0; i < Times; i++)
                codec.TryRead(message, out _, out _);
        }).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void TryRead_MessagesWithAnId_AllocatesTheIdAndNothingElse(string dialect)
    {
        var codec = Codec(dialect);
        byte[] message = codec.Written(Publication with { Id = "12345678" });

        long size = Allocations.Least(() => _ = new string('x', 8));
        Allocations.Least(() =>
        {
            for (int i = 0; i < Times; i++)
                codec.TryRead(message, out _, out _);
        }).ShouldBe(Times * size);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Write_AMessage_AllocatesNothing(string dialect)
    {
        var codec = Codec(dialect);
        var output = new ArrayBufferWriter<byte>(4096);

        Allocations.Least(() =>
        {
            for (int i = 0; i < Times; i++)
            {
                output.ResetWrittenCount();
                codec.Write(output, Publication);
            }
        }).ShouldBe(0);
    }

    private static EnvelopeCodec Codec(string dialect) => dialect == Subprotocols.Json ? EnvelopeCodec.Json : EnvelopeCodec.Binary;
}
