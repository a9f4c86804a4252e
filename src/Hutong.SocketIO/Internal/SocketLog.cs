using Microsoft.Extensions.Logging;

namespace Hutong.SocketIO.Internal;

/// <summary>Every line that Socket.IO logs. None carries an argument, an auth payload, a query or a session's secret.</summary>
internal static partial class SocketLog
{
    [LoggerMessage(1, LogLevel.Error, "A listener of socket {Socket} threw on '{Event}'.")]
    public static partial void ListenerFailed(ILogger logger, Exception exception, string socket, string @event);

    [LoggerMessage(2, LogLevel.Warning, "The arguments of '{Event}' from socket {Socket} do not fit its listener: {Problem}")]
    public static partial void ArgumentsDoNotFit(ILogger logger, string socket, string @event, string problem);

    [LoggerMessage(3, LogLevel.Error, "A handler of connections to '{Namespace}' threw for socket {Socket}.")]
    public static partial void ConnectionFailed(ILogger logger, Exception exception, string @namespace, string socket);

    [LoggerMessage(4, LogLevel.Error, "A middleware of '{Namespace}' threw; the client was refused.")]
    public static partial void MiddlewareFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(5, LogLevel.Debug, "A client sent what is no packet ({Code}); its connection was closed.")]
    public static partial void ParseError(ILogger logger, string code);

    [LoggerMessage(6, LogLevel.Debug, "Socket {Socket} connected to '{Namespace}'; recovered: {Recovered}.")]
    public static partial void Connected(ILogger logger, string socket, string @namespace, bool recovered);

    [LoggerMessage(7, LogLevel.Debug, "Socket {Socket} of '{Namespace}' disconnected: {Reason}.")]
    public static partial void Disconnected(ILogger logger, string socket, string @namespace, string reason);

    [LoggerMessage(8, LogLevel.Error, "The state of socket {Socket} could not be kept or read.")]
    public static partial void StateFailed(ILogger logger, Exception exception, string socket);

    [LoggerMessage(9, LogLevel.Error, "The cluster failed.")]
    public static partial void ClusterFailed(ILogger logger, Exception exception);

    [LoggerMessage(10, LogLevel.Error, "Socket.IO met a defect, and went on.")]
    public static partial void Defect(ILogger logger, Exception exception);
}
