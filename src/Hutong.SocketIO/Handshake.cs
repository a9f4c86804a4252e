using System.Net;
using System.Text.Json;
using Hutong.Server;
using Hutong.SocketIO.Internal;
using Microsoft.Extensions.Primitives;

namespace Hutong.SocketIO;

/// <summary>How a socket came: the request that opened its connection, and what the client said when it connected to the namespace.</summary>
public sealed class Handshake
{
    private readonly SocketJson _json;
    private JsonElement? _element;

    internal Handshake(WebSocketRequest request, ReadOnlyMemory<byte> auth, SocketJson json, DateTimeOffset time)
    {
        _json = json;
        Request = request;
        RawAuth = auth;
        Time = time;
    }

    /// <summary>The request that opened the connection: headers, user, route values and services besides what is here.</summary>
    public WebSocketRequest Request { get; }

    /// <summary>What the client gave as <c>auth</c>, an object; undefined if nothing. Do not log it.</summary>
    public JsonElement Auth => _element ??= RawAuth.IsEmpty ? default : _json.Read<JsonElement>(RawAuth.Span, []);

    /// <summary>The query of the request. It may hold a token: do not log it.</summary>
    public IReadOnlyDictionary<string, StringValues> Query => Request.Query;

    /// <summary>Where the client is; behind a proxy, what the forwarded headers say if the host uses them. Null if unknown.</summary>
    public IPAddress? Address => Request.RemoteEndPoint?.Address;

    /// <summary>When the client asked to be let in.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Whether the connection is encrypted, as the client sees it.</summary>
    public bool Secure => Request.Scheme == "wss";

    /// <summary>Whether a page of another origin opened it.</summary>
    public bool CrossDomain => Request.Header("Origin") is [{ } origin] && !origin.EndsWith("://" + Request.Host, StringComparison.OrdinalIgnoreCase);

    internal ReadOnlyMemory<byte> RawAuth { get; }

    /// <summary>A header of the request; empty if it is absent.</summary>
    /// <param name="name">Its name, in any letter case.</param>
    public StringValues Header(string name) => Request.Header(name);

    /// <summary>What the client gave as <c>auth</c>, read as a type.</summary>
    /// <typeparam name="T">What it is read as.</typeparam>
    /// <returns>The value; the default if the client gave none.</returns>
    /// <exception cref="JsonException">It does not fit.</exception>
    public T? GetAuth<T>() => RawAuth.IsEmpty ? default : _json.Read<T>(RawAuth.Span, []);
}
