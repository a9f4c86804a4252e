using System.Net;
using System.Net.WebSockets;
using System.Text;
using Hutong.Protocol;

namespace Hutong.Interop;

/// <summary>The runtime's own client talks to our server. It shows no pings; what it does with ours is seen at the server.</summary>
public class ClientWebSocketTests(Routes routes)
{
    private static readonly CancellationToken NoToken = CancellationToken.None;

    public static TheoryData<string, string> RoutesAndVersions()
    {
        TheoryData<string, string> all = [];
        foreach (string route in Routes.Names)
            all.Add(route, "1.1");
        // RFC 8441.
        all.Add("wss app", "2.0");
        return all;
    }

    [Theory]
    [MemberData(nameof(RoutesAndVersions))]
    public async Task Checks_OverRoute_AllPass(string route, string version)
    {
        var url = await routes.OpenAsync(route);
        using var talk = new Talk(url, Version.Parse(version));
        string id = Guid.NewGuid().ToString("n");
        List<CheckResult> results = [];
        async Task CheckAsync(string name, Func<Task> check) => results.Add(await CheckResult.RunAsync(name, check));

        foreach (int size in Data.Sizes)
        {
            await CheckAsync($"text {size}", () => talk.EchoAsync("/echo", WebSocketMessageType.Text, Encoding.UTF8.GetBytes(Data.Text(size))));
            await CheckAsync($"binary {size}", () => talk.EchoAsync("/echo-async", WebSocketMessageType.Binary, Data.Binary(size)));
        }

        await CheckAsync("fragments", talk.FragmentsAsync);
        await CheckAsync("server ping", () => talk.CommandAsync("ping", "pong"u8.ToArray()));
        await CheckAsync("server fragments", () => talk.CommandAsync("stream 200000", Data.Binary(200_000)));
        await CheckAsync("subprotocol", talk.SubprotocolAsync);
        await CheckAsync("deflate", () => talk.EchoAsync("/deflate", WebSocketMessageType.Text, Encoding.UTF8.GetBytes(Data.Text(65_536)), deflate: true));
        await CheckAsync("close by client", () => talk.CloseAsync($"/echo?id={id}-close-client", (WebSocketCloseStatus)4321, Data.ReasonOfClient));
        await CheckAsync("close by server", () => talk.CloseByServerAsync($"/control?id={id}-close-server"));
        await CheckAsync("origin", talk.OriginAsync);

        CheckResult.ShouldAllPass(results, []);
        await PeerServer.ShouldHaveClosedAsync($"{id}-close-client", (CloseCode)4321, Data.ReasonOfClient);
        await PeerServer.ShouldHaveClosedAsync($"{id}-close-server", (CloseCode)3456);
    }

    private sealed class Talk(Uri url, Version version) : IDisposable
    {
        private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { SslOptions = Certificate.Own.ForClient(url.Host) });

        public void Dispose() => _http.Dispose();

        public async Task EchoAsync(string path, WebSocketMessageType type, byte[] message, bool deflate = false)
        {
            using var socket = Create();
            if (deflate)
                socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
            await ConnectAsync(socket, path);
            await socket.SendAsync(message, type, endOfMessage: true, NoToken);
            await ExpectAsync(socket, type, message);
            await EndAsync(socket);
        }

        public async Task FragmentsAsync()
        {
            using var socket = await OpenAsync("/echo");
            byte[] whole = Encoding.UTF8.GetBytes(Data.Text(65_536));
            // The first cut is inside a character; the second fragment is empty.
            int[] cuts = [0, 1, 1, 30_001, whole.Length];
            for (int i = 1; i < cuts.Length; i++)
                await socket.SendAsync(whole.AsMemory(cuts[i - 1]..cuts[i]), WebSocketMessageType.Text, i == cuts.Length - 1, NoToken);
            await ExpectAsync(socket, WebSocketMessageType.Text, whole);
            await EndAsync(socket);
        }

        public async Task CommandAsync(string command, byte[] answer)
        {
            using var socket = await OpenAsync("/control");
            await socket.SendAsync(Encoding.UTF8.GetBytes(command), WebSocketMessageType.Text, endOfMessage: true, NoToken);
            await ExpectAsync(socket, command == "ping" ? WebSocketMessageType.Text : WebSocketMessageType.Binary, answer);
            await EndAsync(socket);
        }

        public async Task SubprotocolAsync()
        {
            using var socket = Create();
            foreach (string offered in (string[])["unknown", "second.hutong", "first.hutong"])
                socket.Options.AddSubProtocol(offered);
            await ConnectAsync(socket, "/echo");
            socket.SubProtocol.ShouldBe("second.hutong");
            await EndAsync(socket);
            using var without = await OpenAsync("/echo");
            without.SubProtocol.ShouldBeNull();
            await EndAsync(without);
        }

        public async Task CloseAsync(string path, WebSocketCloseStatus code, string reason)
        {
            using var socket = await OpenAsync(path);
            await socket.CloseAsync(code, reason, NoToken);
            socket.CloseStatus.ShouldBe(code);
        }

        public async Task CloseByServerAsync(string path)
        {
            using var socket = await OpenAsync(path);
            await socket.SendAsync(Encoding.UTF8.GetBytes($"close 3456 {Data.ReasonOfServer}"), WebSocketMessageType.Text, endOfMessage: true, NoToken);
            (await socket.ReceiveAsync(new byte[16], NoToken)).MessageType.ShouldBe(WebSocketMessageType.Close);
            (socket.CloseStatus, socket.CloseStatusDescription).ShouldBe(((WebSocketCloseStatus)3456, Data.ReasonOfServer));
            await socket.CloseOutputAsync((WebSocketCloseStatus)3456, "", NoToken);
        }

        public async Task OriginAsync()
        {
            using var own = Create();
            own.Options.SetRequestHeader("Origin", url.GetLeftPart(UriPartial.Authority).Replace("ws", "http", StringComparison.Ordinal));
            await ConnectAsync(own, "/echo");
            await EndAsync(own);

            using var foreign = Create();
            foreign.Options.SetRequestHeader("Origin", Data.ForeignOrigin);
            await Should.ThrowAsync<WebSocketException>(() => ConnectAsync(foreign, "/echo"));
            foreign.HttpStatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        private static async Task ExpectAsync(ClientWebSocket socket, WebSocketMessageType type, byte[] expected)
        {
            byte[] buffer = new byte[expected.Length + 1];
            int length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), NoToken);
                part.MessageType.ShouldBe(type);
                length += part.Count;
                if (part.EndOfMessage)
                    break;
            }

            buffer.AsSpan(0, length).SequenceEqual(expected).ShouldBeTrue("another message came back");
        }

        private static async Task EndAsync(ClientWebSocket socket)
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", NoToken);
            socket.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
        }

        private ClientWebSocket Create()
        {
            var socket = new ClientWebSocket();
            socket.Options.HttpVersion = version;
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            socket.Options.CollectHttpResponseDetails = true;
            return socket;
        }

        private Task ConnectAsync(ClientWebSocket socket, string path) => socket.ConnectAsync(new Uri(url, path), _http, NoToken);

        private async Task<ClientWebSocket> OpenAsync(string path)
        {
            var socket = Create();
            await ConnectAsync(socket, path);
            return socket;
        }
    }
}
