using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Interop;

/// <summary>The opening handshake of a client over a bare socket, and our connection on top.</summary>
internal static class RawClient
{
    public static async Task<WebSocketConnection> ConnectAsync(Uri url, HandshakeOffer offer, ConnectionOptions options)
    {
        var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        Stream stream = client.GetStream();
        if (url.Scheme == "wss")
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(Certificate.Own.ForClient(url.Host));
            stream = tls;
        }

        string key = OpeningHandshake.CreateKey();
        var request = new StringBuilder($"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\n");
        foreach (var (name, value) in OpeningHandshake.CreateRequestHeaders(key, offer))
            request.Append($"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Append("\r\n").ToString()));

        var (status, headers) = await ReadHeadAsync(stream);
        var result = OpeningHandshake.CheckResponse(status, headers, key, offer);
        result.Error.ShouldBeNull();
        if (offer.Extensions.Count > 0)
            result.Extensions.ShouldNotBeNull();
        return WebSocketConnection.Create(new Pipes(stream), Role.Client, options, result.Subprotocol, result.Transform);
    }

    private static async Task<(int Status, Headers Headers)> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return (int.Parse(lines[0].Split(' ')[1]), new Headers(lines[1..]));
    }

    private sealed class Headers(string[] lines) : IHandshakeHeaders
    {
        private readonly ILookup<string, string> _values = lines
            .Select(line => line.Split(':', 2))
            .ToLookup(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);

        public string? this[string name] => _values.Contains(name) ? string.Join(", ", _values[name]) : null;
    }

    private sealed class Pipes(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream);

        public PipeWriter Output { get; } = PipeWriter.Create(stream);
    }
}
