namespace Hutong.SocketIO;

/// <summary>A client that was to answer has gone away.</summary>
public sealed class SocketDisconnectedException : Exception
{
    /// <summary>Says so.</summary>
    public SocketDisconnectedException()
        : base("The client has disconnected.")
    {
    }

    /// <summary>Says so.</summary>
    /// <param name="message">In these words.</param>
    public SocketDisconnectedException(string message)
        : base(message)
    {
    }

    /// <summary>Says so.</summary>
    /// <param name="message">In these words.</param>
    /// <param name="innerException">The cause.</param>
    public SocketDisconnectedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
