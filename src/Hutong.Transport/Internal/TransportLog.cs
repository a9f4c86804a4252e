using Microsoft.Extensions.Logging;

namespace Hutong.Transport.Internal;

/// <summary>The transport's log lines, category <c>Hutong.Transport</c>.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(1, LogLevel.Critical, "A connection was cut because its event loop met a defect.")]
    public static partial void LoopFault(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "No connection can be accepted for now: errno {Error}.")]
    public static partial void AcceptFailed(ILogger logger, int error);

    [LoggerMessage(3, LogLevel.Warning,
        "Message callbacks of {Endpoint} have taken longer than {Limit} ms {Count} times on the event loop, and run on the thread pool from now on.")]
    public static partial void MovedToPool(ILogger logger, string endpoint, double limit, int count);
}
