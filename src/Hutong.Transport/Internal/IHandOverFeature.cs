using System.IO.Pipelines;

namespace Hutong.Transport.Internal;

/// <summary>The connection's socket can be taken over by the WebSocket engine.</summary>
internal interface IHandOverFeature
{
    /// <summary>Whether nothing stands between a request's pipes and the socket: TLS and other connection middleware replace them.</summary>
    /// <param name="transport">The request's pipes (<c>IConnectionTransportFeature.Transport</c>).</param>
    bool CanHandOver(IDuplexPipe transport);

    /// <inheritdoc cref="HttpSocket.HandOverAsync"/>
    ValueTask<SocketDriver?> HandOverAsync(CallbackWatch? watch, bool keepsRequest);
}
