using System.Net;
using Hutong.Protocol;

namespace Hutong.Client;

/// <summary>A WebSocket could not be opened. The only exception that a server or network can cause while connecting.</summary>
public sealed class WebSocketConnectException : IOException
{
    /// <summary>Makes one for what went wrong on the way.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="innerException">What the platform threw.</param>
    public WebSocketConnectException(ConnectError error, Exception? innerException = null)
        : base(error.ToString(), innerException) => Code = error.Code;

    /// <summary>Makes one for a response that was refused.</summary>
    /// <param name="error">Why.</param>
    /// <param name="statusCode">The response's status.</param>
    public WebSocketConnectException(HandshakeError error, HttpStatusCode statusCode)
        : base($"{error} The server answered {(int)statusCode}.")
    {
        Code = error.Code;
        StatusCode = statusCode;
    }

    /// <summary>The stable name of the reason: a <see cref="HandshakeError"/>'s or a <see cref="ConnectError"/>'s.</summary>
    public string Code { get; }

    /// <summary>When the server wishes to be asked again, by its <c>Retry-After</c>; null if it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The status of the server's response; null if there was none or it was not what failed.</summary>
    public HttpStatusCode? StatusCode { get; }
}
