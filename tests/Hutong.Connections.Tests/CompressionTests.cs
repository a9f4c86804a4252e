using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Connections;

/// <summary>Compression seen from a connection: what is shared, what is opted out, and that both ends agree.</summary>
public sealed class CompressionTests
{
    private static readonly string Text = string.Concat(Enumerable.Repeat("{\"type\":\"tick\",\"price\":1}", 100));

    [Fact]
    public async Task Prepared_WithoutContext_IsCompressedOnceForAll()
    {
        var message = PreparedMessage.Text(Text);
        byte[] first = await WireOf(message, takeover: false);
        byte[] second = await WireOf(message, takeover: false);

        first.ShouldBe(second);
        (first[0] & 0x40).ShouldNotBe(0);
        first.Length.ShouldBeLessThan(Text.Length / 4);
        // Another connection that agreed on the same gets the very same bytes.
        using var transform = Agree(takeover: false).Server;
        var made = message.SharedFrames(transform.SharedEncoding!, new Sender(Role.Server, transform));
        made.SequenceEqual(first).ShouldBeTrue();
        made.Overlaps(message.SharedFrames(transform.SharedEncoding!, new Sender(Role.Server, transform))).ShouldBeTrue();
    }

    [Fact]
    public async Task Prepared_WithContext_IsCompressedForEachConnection_AndReadable()
    {
        var message = PreparedMessage.Text(Text);
        using var pair = new Pair(takeover: true);
        await using var messages = pair.Client.ReadAllAsync().GetAsyncEnumerator();
        for (int i = 0; i < 5; i++)
        {
            pair.Server.TrySend(message).ShouldBeTrue();
            pair.Server.TrySend(Text).ShouldBeTrue();
            (await messages.MoveNextAsync()).ShouldBeTrue();
            messages.Current.Text.ShouldBe(Text);
            (await messages.MoveNextAsync()).ShouldBeTrue();
            messages.Current.Text.ShouldBe(Text);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Prepared_OptedOut_GoesPlain(bool takeover)
    {
        byte[] wire = await WireOf(PreparedMessage.Text(Text, compress: false), takeover);
        (wire[0] & 0x40).ShouldBe(0);
        wire.AsSpan(4).SequenceEqual(System.Text.Encoding.UTF8.GetBytes(Text)).ShouldBeTrue();
    }

    [Fact]
    public async Task Prepared_BelowTheThreshold_GoesPlain()
    {
        byte[] wire = await WireOf(PreparedMessage.Text("short"), takeover: false);
        wire[0].ShouldBe((byte)0x81);
    }

    [Fact]
    public void Prepared_Empty_CanBeCompressedToo()
    {
        using var transform = Agree(takeover: false).Server;

        byte[] frame = PreparedMessage.Binary([]).SharedFrames(transform.SharedEncoding!, new Sender(Role.Server, transform));

        frame.Length.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Streams_InBothDirections_ArriveWhole(bool takeover)
    {
        using var pair = new Pair(takeover);
        byte[] content = new byte[200_000];
        new Random(7).NextBytes(content.AsSpan(50_000));
        var sending = pair.Client.SendAsync(new MemoryStream(content));
        await using var messages = pair.Server.ReadAllAsync().GetAsyncEnumerator();
        (await messages.MoveNextAsync()).ShouldBeTrue();
        messages.Current.Data.Span.SequenceEqual(content).ShouldBeTrue();
        await sending;
    }

    private static async Task<byte[]> WireOf(PreparedMessage message, bool takeover)
    {
        var (client, server) = InMemoryDuplex.CreatePair();
        var connection = WebSocketConnection.Create(server, Role.Server, transform: Agree(takeover).Server);
        connection.Start();
        connection.TrySend(message).ShouldBeTrue();
        var read = await client.Input.ReadAsync();
        byte[] wire = [.. read.Buffer.FirstSpan];
        connection.Abort();
        return wire;
    }

    private static (IMessageTransform Server, IMessageTransform Client) Agree(bool takeover)
    {
        var extension = new PerMessageDeflate(new() { ServerNoContextTakeover = !takeover, ClientNoContextTakeover = !takeover });
        extension.TryAccept(extension.CreateOffers()[0], out var response, out var server).ShouldBeTrue();
        extension.TryConfirm(response, out var client).ShouldBeTrue();
        return (server!, client!);
    }

    private sealed class Pair : IDisposable
    {
        public Pair(bool takeover)
        {
            var (client, server) = InMemoryDuplex.CreatePair();
            var transforms = Agree(takeover);
            Server = WebSocketConnection.Create(server, Role.Server, transform: transforms.Server);
            Client = WebSocketConnection.Create(client, Role.Client, transform: transforms.Client);
            Server.Start();
            Client.Start();
        }

        public WebSocketConnection Server { get; }

        public WebSocketConnection Client { get; }

        public void Dispose()
        {
            Server.Abort();
            Client.Abort();
        }
    }
}
