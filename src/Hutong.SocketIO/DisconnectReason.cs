namespace Hutong.SocketIO;

/// <summary>
/// Why a socket's connection to its namespace ended, in the words of the reference implementation: the first argument of <c>disconnecting</c> and <c>disconnect</c>.
/// </summary>
public static class DisconnectReason
{
    /// <summary>The client closed its connection, or lost it.</summary>
    public const string TransportClose = "transport close";

    /// <summary>The connection failed.</summary>
    public const string TransportError = "transport error";

    /// <summary>The client did not answer a ping in time.</summary>
    public const string PingTimeout = "ping timeout";

    /// <summary>The client sent what is no packet.</summary>
    public const string ParseError = "parse error";

    /// <summary>This end closed the connection.</summary>
    public const string ForcedClose = "forced close";

    /// <summary>The client sent what does not belong where its connection stands, and was cut off.</summary>
    public const string ForcedServerClose = "forced server close";

    /// <summary>The server goes down.</summary>
    public const string ServerShuttingDown = "server shutting down";

    /// <summary>The client left the namespace: <c>socket.disconnect()</c> there.</summary>
    public const string ClientNamespaceDisconnect = "client namespace disconnect";

    /// <summary>The server put the socket out of the namespace: <see cref="Socket.Disconnect"/>.</summary>
    public const string ServerNamespaceDisconnect = "server namespace disconnect";
}
