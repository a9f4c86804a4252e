using System.Buffers;
using System.Net;
using System.Text;
using Hutong.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Server.Internal;

/// <summary>
/// Answers opening handshakes of the usual shape on a server with one route, without a way through Kestrel. It only says yes: whatever is
/// unusual or to be refused is left to Kestrel, which gives the usual answer. The verdict is that of <see cref="OpeningHandshake"/>.
/// </summary>
internal sealed class FastHandshake(HandshakePolicy policy, string route, IServiceScopeFactory scopes)
{
    // What Kestrel would not send, it complains about; nothing that an extension answers should hold it.
    private static readonly SearchValues<char> ValueCharacters = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly PlainRoute? _route = PlainRoute.From(route);
    private readonly TextCache _texts = new();
    private Authority _last = new("", "");

    /// <summary>Whether the route is one that is matched here; if not, every request is Kestrel's.</summary>
    public bool IsUsable => _route is not null;

    /// <summary>Answers a request if it is of the usual shape and to be accepted. The limit of connections is the caller's to keep.</summary>
    /// <param name="received">What a new connection has sent so far.</param>
    /// <param name="local">Where the server is.</param>
    /// <param name="remote">Where the client is.</param>
    /// <param name="response">Takes the answer; nothing if the result is false.</param>
    /// <param name="accepted">What was agreed.</param>
    /// <returns>Whether it was answered; if not, the bytes are Kestrel's, all of them.</returns>
    public bool TryAnswer(
        ReadOnlySpan<byte> received, IPEndPoint? local, IPEndPoint? remote, IBufferWriter<byte> response, out AcceptedHandshake accepted)
    {
        accepted = default;
        if (_route is null || !UpgradeRequestHead.TryParse(received, out var head) || !_route.Matches(head.Path))
            return false;
        string host = _texts.Get(head.Host);
        var headers = new HeadHandshakeHeaders(head, _texts);
        var result = OpeningHandshake.CheckRequest(new HandshakeRequest("GET", IsHttp11: true, OriginOf(host), headers), policy);
        if (result.Error is not null)
            return false;
        if (!IsValue(result.Subprotocol) || !IsValue(result.Extensions))
        {
            result.Transform?.Dispose();
            return false;
        }

        var request = new WebSocketRequest(head, host, _texts.Get(head.Path), _route, local, remote, scopes);
        Write(response, result);
        accepted = new AcceptedHandshake(head.Length, request, result.Subprotocol, result.Transform);
        return true;
    }

    private static bool IsValue(string? text) => text is null || !text.AsSpan().ContainsAnyExcept(ValueCharacters);

    private static void Write(IBufferWriter<byte> response, HandshakeResult result)
    {
        Write(response, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "u8, result.Accept!);
        if (result.Subprotocol is not null)
            Write(response, "\r\nSec-WebSocket-Protocol: "u8, result.Subprotocol);
        if (result.Extensions is not null)
            Write(response, "\r\nSec-WebSocket-Extensions: "u8, result.Extensions);
        response.Write("\r\n\r\n"u8);
    }

    private static void Write(IBufferWriter<byte> response, ReadOnlySpan<byte> name, string value)
    {
        response.Write(name);
        Encoding.ASCII.GetBytes(value, response);
    }

    /// <summary>The server's own origin. Clients come by the same name, one after the other.</summary>
    private string OriginOf(string host)
    {
        var last = _last;
        if (!ReferenceEquals(last.Host, host))
            _last = last = new Authority(host, $"http://{host}");
        return last.Origin;
    }

    private sealed record Authority(string Host, string Origin);
}
