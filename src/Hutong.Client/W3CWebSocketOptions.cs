namespace Hutong.Client;

/// <summary>What a browser decides for its pages, and a program for itself.</summary>
public sealed record W3CWebSocketOptions
{
    /// <summary>The defaults.</summary>
    public static W3CWebSocketOptions Default { get; } = new();

    /// <summary>
    /// How to connect: headers, proxy, certificates, extensions, HTTP version, limits. Its subprotocols are those of the constructor. The
    /// connection's send queue is as large as <see cref="MaxBufferedAmount"/>.
    /// </summary>
    public WebSocketConnectOptions Connect { get; init; } = WebSocketConnectOptions.Default;

    /// <summary>The first value of <see cref="W3CWebSocket.BinaryType"/>. Default <see cref="BinaryType.Bytes"/>.</summary>
    public BinaryType BinaryType { get; init; }

    /// <summary>
    /// How many bytes may wait to be sent. Default 16 MiB; one message is always taken when nothing waits. A message above that is not sent, and
    /// the connection is closed with an error event, as the standard says for a full buffer.
    /// </summary>
    public long MaxBufferedAmount { get; init; } = 16 * 1024 * 1024;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One of them is not valid.</exception>
    public void Validate()
    {
        Connect.Validate();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxBufferedAmount);
        if (!Enum.IsDefined(BinaryType))
            throw new ArgumentOutOfRangeException(nameof(BinaryType), BinaryType, "Not a binary type.");
    }
}
