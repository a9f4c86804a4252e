namespace Hutong.Protocol;

/// <summary>What a server must know of a request to judge it as an opening handshake.</summary>
/// <param name="Method">The request's method.</param>
/// <param name="IsHttp11">Whether the request is HTTP/1.1, the version that has <c>Upgrade</c>.</param>
/// <param name="Origin">The server's own origin as the client sees it, such as <c>https://example.com</c>.</param>
/// <param name="Headers">The request's headers.</param>
public readonly record struct HandshakeRequest(string Method, bool IsHttp11, string Origin, IHandshakeHeaders Headers);
