using Hutong.Protocol;

namespace Hutong.Connections;

/// <summary>Something was asked of a connection that is closing or closed. The only exception that a connection's end causes.</summary>
public sealed class ConnectionClosedException : IOException
{
    /// <summary>Makes one.</summary>
    /// <param name="code">The close code known so far; 1006 if there is none.</param>
    /// <param name="reason">The close reason known so far.</param>
    /// <param name="error">What went wrong, if something did.</param>
    public ConnectionClosedException(CloseCode code, string reason, ConnectionError? error)
        : base(Describe(code, reason, error), error?.Exception)
    {
        Code = code;
        Reason = reason;
        Error = error;
    }

    /// <summary>The close code known so far; 1006 if there is none.</summary>
    public CloseCode Code { get; }

    /// <summary>The close reason known so far.</summary>
    public string Reason { get; }

    /// <summary>What went wrong, if something did.</summary>
    public ConnectionError? Error { get; }

    private static string Describe(CloseCode code, string reason, ConnectionError? error) =>
        $"The connection is closed ({(ushort)code}{(reason.Length > 0 ? $" '{reason}'" : "")}{(error is null ? "" : $", {error.Code}")}).";
}
