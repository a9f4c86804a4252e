using System.Net;
using Microsoft.Extensions.Logging;

namespace Hutong.Server.Internal;

/// <summary>Every line that the server logs. None carries a query, a header or a message: tokens travel in those.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Debug, "WebSocket {Id} opened at {Path} by {Remote}, subprotocol '{Subprotocol}'.")]
    public static partial void Opened(ILogger logger, string id, string path, IPEndPoint? remote, string? subprotocol);

    [LoggerMessage(2, LogLevel.Debug, "WebSocket {Id} closed with {Code}, clean: {WasClean}, error: {Error}.")]
    public static partial void Closed(ILogger logger, string id, int code, bool wasClean, string? error);

    [LoggerMessage(3, LogLevel.Error, "The handler of WebSocket {Id} at {Path} threw.")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string id, string path);

    [LoggerMessage(4, LogLevel.Information, "Refused a WebSocket at {Path} by {Remote} with {Status}, {Error}.")]
    public static partial void Refused(ILogger logger, string path, IPAddress? remote, int status, string error);

    [LoggerMessage(5, LogLevel.Warning, "The limit of {Limit} WebSockets is reached: further ones are turned away with 503. ServerOptions.MaxConnections raises it.")]
    public static partial void ConnectionLimitReached(ILogger logger, int limit);

    [LoggerMessage(6, LogLevel.Information, "Going down: closing {Count} WebSockets with 1001.")]
    public static partial void ShuttingDown(ILogger logger, int count);

    [LoggerMessage(7, LogLevel.Debug, "Refused a request for rooms by {Remote} with {Status}, {Error}.")]
    public static partial void RoomRequestRefused(ILogger logger, IPAddress? remote, int status, string error);

    [LoggerMessage(8, LogLevel.Information, "Going down: sending {Count} sessions of rooms away within {Seconds} s.")]
    public static partial void Draining(ILogger logger, int count, double seconds);
}
