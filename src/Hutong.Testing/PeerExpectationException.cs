namespace Hutong.Testing;

/// <summary>The other side did not do what a <see cref="RawPeer"/>'s script expected.</summary>
public sealed class PeerExpectationException : Exception
{
    /// <summary>Creates an exception without details.</summary>
    public PeerExpectationException()
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    /// <param name="message">What was expected and what came.</param>
    public PeerExpectationException(string message) : base(message)
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    /// <param name="message">What was expected and what came.</param>
    /// <param name="innerException">Why.</param>
    public PeerExpectationException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
