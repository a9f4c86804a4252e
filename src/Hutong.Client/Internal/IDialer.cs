namespace Hutong.Client.Internal;

/// <summary>Carries an opening handshake to the server and brings back the head of its response.</summary>
internal interface IDialer : IDisposable
{
    /// <summary>Sends a request and waits for the head of the response.</summary>
    /// <exception cref="WebSocketConnectException">There was no response.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<DialResponse> SendAsync(DialRequest request, CancellationToken cancellationToken);
}
