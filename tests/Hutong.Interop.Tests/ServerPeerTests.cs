using System.Text;
using System.Text.Json;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Interop;

/// <summary>Our connection, in the client's role, talks to servers that we did not write.</summary>
public class ServerPeerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly HandshakeOffer Offer = new() { Subprotocols = ["unknown", "second.hutong"] };

    private static readonly ConnectionOptions Options = new() { MaxMessageSize = 64 * 1024 * 1024, CloseTimeout = TimeSpan.FromMinutes(5) };

    [Theory]
    [InlineData("ws", false)]
    [InlineData("ws", true)]
    [InlineData("websockets", false)]
    [InlineData("websockets", true)]
    public async Task Checks_ServerPeer_AllPass(string peer, bool secure)
    {
        string[] command = await Peer.CommandAsync(peer, "server");
        string config = secure ? JsonSerializer.Serialize(new { cert = Certificate.Own.PemFile, key = Certificate.Own.KeyFile }) : "{}";
        await using var server = ChildProcess.Start([.. command, config]);
        string line = await server.ReadLineAsync(Patience) ?? throw new InvalidOperationException(server.Output);
        int port = JsonDocument.Parse(line).RootElement.GetProperty("port").GetInt32();
        var url = new Uri($"{(secure ? "wss" : "ws")}://127.0.0.1:{port}");

        List<CheckResult> results = [];
        foreach (int size in Data.Sizes)
        {
            results.Add(await CheckResult.RunAsync($"text {size}", () => EchoAsync(url, MessageType.Text, Encoding.UTF8.GetBytes(Data.Text(size)))));
            results.Add(await CheckResult.RunAsync($"binary {size}", () => EchoAsync(url, MessageType.Binary, Data.Binary(size))));
        }

        results.Add(await CheckResult.RunAsync("fragments", () => FragmentsAsync(url)));
        results.Add(await CheckResult.RunAsync("ping", () => PingAsync(url)));
        results.Add(await CheckResult.RunAsync("server ping", () => CommandAsync(url, "ping", "pong"u8.ToArray())));
        results.Add(await CheckResult.RunAsync("server fragments", () => CommandAsync(url, "stream 200000", Data.Binary(200_000))));
        results.Add(await CheckResult.RunAsync("deflate", () => DeflateAsync(url)));
        results.Add(await CheckResult.RunAsync("close by client", () => CloseAsync(url)));
        results.Add(await CheckResult.RunAsync("close by server", () => CloseByServerAsync(url)));
        CheckResult.ShouldAllPass(results, [], server.Output);
    }

    private static async Task EchoAsync(Uri url, MessageType type, byte[] message, HandshakeOffer? offer = null)
    {
        await using var connection = await OpenAsync(url, "/echo", offer ?? Offer);
        connection.Subprotocol.ShouldBe(offer is null ? "second.hutong" : null);
        await connection.SendAsync(message, type);
        await ExpectAsync(connection, type, message);
        await EndAsync(connection);
    }

    private static async Task FragmentsAsync(Uri url)
    {
        await using var connection = await OpenAsync(url, "/echo", Offer);
        byte[] whole = Encoding.UTF8.GetBytes(Data.Text(200_000));
        using (var content = new MemoryStream(whole))
            await connection.SendAsync(content, MessageType.Text);
        await ExpectAsync(connection, MessageType.Text, whole);
        await EndAsync(connection);
    }

    private static async Task PingAsync(Uri url)
    {
        await using var connection = await OpenAsync(url, "/echo", Offer);
        await connection.PingAsync();
        await EndAsync(connection);
    }

    private static async Task CommandAsync(Uri url, string command, byte[] answer)
    {
        await using var connection = await OpenAsync(url, "/control", Offer);
        await connection.SendAsync(command);
        await ExpectAsync(connection, command == "ping" ? MessageType.Text : MessageType.Binary, answer);
        await EndAsync(connection);
    }

    private static async Task DeflateAsync(Uri url)
    {
        var offer = new HandshakeOffer { Extensions = [new PerMessageDeflate(new PerMessageDeflateOptions { Threshold = 0 })] };
        await EchoAsync(url, MessageType.Text, Encoding.UTF8.GetBytes(Data.Text(5)), offer);
        await EchoAsync(url, MessageType.Text, Encoding.UTF8.GetBytes(Data.Text(65_536)), offer);
        await EchoAsync(url, MessageType.Binary, Data.Binary(200_000), offer);
    }

    private static async Task CloseAsync(Uri url)
    {
        var connection = await OpenAsync(url, "/echo", Offer);
        var closed = await connection.CloseAsync((CloseCode)4321, Data.ReasonOfClient);
        (closed.Code, closed.WasClean, closed.Error).ShouldBe(((CloseCode)4321, true, null));
    }

    private static async Task CloseByServerAsync(Uri url)
    {
        var connection = await OpenAsync(url, "/control", Offer);
        await connection.SendAsync($"close 3456 {Data.ReasonOfServer}");
        connection.Start();
        var closed = await connection.Closed;
        (closed.Code, closed.Reason, closed.WasClean).ShouldBe(((CloseCode)3456, Data.ReasonOfServer, true));
    }

    private static async Task ExpectAsync(WebSocketConnection connection, MessageType type, byte[] expected)
    {
        await foreach (var message in connection.ReadAllAsync())
        {
            message.Type.ShouldBe(type);
            message.Data.Span.SequenceEqual(expected).ShouldBeTrue("another message came back");
            return;
        }

        throw new InvalidOperationException($"The connection ended without an answer: {await connection.Closed}");
    }

    private static async Task EndAsync(WebSocketConnection connection)
    {
        var closed = await connection.CloseAsync();
        (closed.Code, closed.WasClean, closed.Error).ShouldBe((CloseCode.Normal, true, null));
    }

    private static Task<WebSocketConnection> OpenAsync(Uri url, string path, HandshakeOffer offer) =>
        RawClient.ConnectAsync(new Uri(url, path), offer, Options);
}
