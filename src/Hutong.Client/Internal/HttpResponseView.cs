using System.Net.Http.Headers;
using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>The headers of an HTTP response as they came, not as the platform reads them.</summary>
internal sealed class HttpResponseView(HttpResponseHeaders headers) : IHandshakeHeaders
{
    public string? this[string name] => headers.NonValidated.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
