using Hutong.Client.Internal;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Client;

/// <summary>Opens WebSockets as a client. For the browser's interface there is <see cref="W3CWebSocket"/>.</summary>
public static class WebSocketClientConnector
{
    /// <summary>
    /// Opens a WebSocket. Receiving begins with the first reader, or with <see cref="WebSocketConnection.Start"/>: callbacks set before that
    /// miss nothing. Whoever has the connection closes it.
    /// </summary>
    /// <param name="address">Where to: <c>ws</c> or <c>wss</c>, or <c>http</c> and <c>https</c> for the same.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up opening; it has no bearing on the connection afterwards.</param>
    /// <exception cref="ArgumentException">The address or the options are not valid.</exception>
    /// <exception cref="WebSocketConnectException">The connection could not be opened.</exception>
    public static Task<WebSocketConnection> ConnectAsync(Uri address, WebSocketConnectOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= WebSocketConnectOptions.Default;
        options.Validate();
        if (WebSocketAddress.TryNormalize(address, out var target) is { } mistake)
            throw new ArgumentException(mistake, nameof(address));
        return OpenAsync(target, options, cancellationToken);
    }

    /// <inheritdoc cref="ConnectAsync(Uri, WebSocketConnectOptions?, CancellationToken)"/>
    public static Task<WebSocketConnection> ConnectAsync(string address, WebSocketConnectOptions? options = null, CancellationToken cancellationToken = default) =>
        WebSocketAddress.TryParse(address, out var target) is { } mistake
            ? throw new ArgumentException(mistake, nameof(address))
            : ConnectAsync(target, options, cancellationToken);

    private static async Task<WebSocketConnection> OpenAsync(Uri address, WebSocketConnectOptions options, CancellationToken cancellationToken)
    {
        var opened = await new ClientHandshake(options).OpenAsync(address, cancellationToken).ConfigureAwait(false);
        return WebSocketConnection.Create(
            opened.Driver, Role.Client, options.Connection, opened.Agreement.Subprotocol, opened.Agreement.Transform);
    }
}
