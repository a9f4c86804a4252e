namespace Hutong.SocketIO;

/// <summary>
/// Thrown out of a middleware of a namespace, refuses the client: its <c>connect_error</c> gets the message and the details (<c>err.data</c>). What a middleware
/// throws otherwise is logged, and the client is told no more than that the server failed.
/// </summary>
public sealed class ConnectErrorException : Exception
{
    /// <summary>Refuses without a reason.</summary>
    public ConnectErrorException()
        : this("Not authorized")
    {
    }

    /// <summary>Refuses.</summary>
    /// <param name="message">What the client is told.</param>
    /// <param name="details">What it is told besides, written as JSON; null for nothing.</param>
    public ConnectErrorException(string message, object? details = null)
        : base(message) => Details = details;

    /// <summary>Refuses.</summary>
    /// <param name="message">What the client is told.</param>
    /// <param name="innerException">The cause, which the client is not told.</param>
    public ConnectErrorException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What the client is told besides the message.</summary>
    public object? Details { get; }
}
