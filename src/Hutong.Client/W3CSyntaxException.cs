namespace Hutong.Client;

/// <summary>The browser's <c>SyntaxError</c>: an address, a subprotocol or a reason that is not valid.</summary>
public sealed class W3CSyntaxException : ArgumentException
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="paramName">The argument.</param>
    /// <param name="innerException">Where it was found.</param>
    public W3CSyntaxException(string message, string? paramName, Exception? innerException = null)
        : base(message, paramName, innerException)
    {
    }
}
