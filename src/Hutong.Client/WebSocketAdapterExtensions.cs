using Hutong.Client.Internal;
using Hutong.Connections;

namespace Hutong.Client;

/// <summary>For code that wants <see cref="System.Net.WebSockets.WebSocket"/>.</summary>
public static class WebSocketAdapterExtensions
{
    /// <summary>
    /// The connection as the platform's <see cref="System.Net.WebSockets.WebSocket"/>, which is from then on its only reader. What differs is said in
    /// <c>docs/howto/use-the-client.md</c>: a close of the peer is answered by itself, and cancelling gives up waiting, not the connection.
    /// </summary>
    /// <param name="connection">The connection, either role.</param>
    public static System.Net.WebSockets.WebSocket AsWebSocket(this WebSocketConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return new ConnectionWebSocket(connection);
    }
}
