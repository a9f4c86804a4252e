using Hutong.Protocol;
using Microsoft.AspNetCore.Http;

namespace Hutong.Server.Internal;

/// <summary>A request's headers as the handshake reads them.</summary>
internal sealed class HttpHandshakeHeaders(IHeaderDictionary headers) : IHandshakeHeaders
{
    // Joined by commas, as StringValues does too, but without an allocation for the usual single line.
    public string? this[string name] => headers.TryGetValue(name, out var values) ? values.ToString() : null;
}
