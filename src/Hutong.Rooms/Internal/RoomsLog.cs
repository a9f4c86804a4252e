using Microsoft.Extensions.Logging;

namespace Hutong.Rooms.Internal;

/// <summary>Every line that rooms log. None carries a message, a token or what a client wrote, but for the names of rooms and types.</summary>
internal static partial class RoomsLog
{
    [LoggerMessage(1, LogLevel.Error, "A handler of session {Session} threw on '{What}'.")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string session, string what);

    [LoggerMessage(2, LogLevel.Error, "Room '{Room}' met a defect, and went on.")]
    public static partial void RoomFailed(ILogger logger, Exception exception, string room);

    [LoggerMessage(3, LogLevel.Error, "The backplane failed for room '{Room}'.")]
    public static partial void BackplaneFailed(ILogger logger, Exception exception, string room);

    [LoggerMessage(4, LogLevel.Warning, "Presence failed for room '{Room}'.")]
    public static partial void PresenceFailed(ILogger logger, Exception exception, string room);

    [LoggerMessage(5, LogLevel.Warning, "Room '{Room}' lost what lies between the offsets {From} and {To}; its members were told.")]
    public static partial void Gap(ILogger logger, string room, long from, long to);

    [LoggerMessage(6, LogLevel.Debug, "Session {Session} began on {Wire}.")]
    public static partial void Opened(ILogger logger, string session, string wire);

    [LoggerMessage(7, LogLevel.Debug, "Session {Session} ended with {Code}.")]
    public static partial void Ended(ILogger logger, string session, int code);
}
