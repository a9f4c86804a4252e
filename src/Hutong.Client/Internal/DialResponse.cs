using System.IO.Pipelines;
using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>The head of the server's response, and what follows it. Whoever has it disposes it or takes its pipes.</summary>
/// <param name="statusCode">The status.</param>
/// <param name="headers">The headers.</param>
/// <param name="transport">The bytes after the head; null if the protocol was not switched.</param>
/// <param name="owner">What to dispose if the response is refused.</param>
internal sealed class DialResponse(int statusCode, IHandshakeHeaders headers, IDuplexPipe? transport, IDisposable owner) : IDisposable
{
    public int StatusCode => statusCode;

    public IHandshakeHeaders Headers => headers;

    public IDuplexPipe? Transport => transport;

    public void Dispose() => owner.Dispose();
}
