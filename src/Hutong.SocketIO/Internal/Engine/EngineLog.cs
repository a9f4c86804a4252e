using Microsoft.Extensions.Logging;

namespace Hutong.SocketIO.Internal.Engine;

/// <summary>Every line that Engine.IO logs. None carries a query, a header, a message or a session's id, by which the session could be polled.</summary>
internal static partial class EngineLog
{
    public const string Category = "Hutong.SocketIO";

    public static bool IsEnabled(ILogger logger) => logger.IsEnabled(LogLevel.Debug);

    [LoggerMessage(1, LogLevel.Debug, "Engine.IO session of request {Request} opened over {Transport}.")]
    public static partial void Opened(ILogger logger, string request, EngineTransport transport);

    [LoggerMessage(2, LogLevel.Debug, "Engine.IO session of request {Request} over {Transport} closed: {Reason}, {Description}.")]
    public static partial void Closed(ILogger logger, string request, EngineTransport transport, string reason, string? description);

    [LoggerMessage(3, LogLevel.Error, "A callback of the Engine.IO session of request {Request} threw.")]
    public static partial void CallbackFailed(ILogger logger, Exception exception, string request);

    [LoggerMessage(4, LogLevel.Debug, "Refused an Engine.IO request with {Status}, {Error}.")]
    public static partial void Refused(ILogger logger, int status, string error);

    [LoggerMessage(5, LogLevel.Information, "Going down: closing {Count} Engine.IO sessions.")]
    public static partial void ShuttingDown(ILogger logger, int count);
}
