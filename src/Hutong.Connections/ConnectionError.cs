using Hutong.Protocol;

namespace Hutong.Connections;

/// <summary>What made a connection fail, as a stable code and a sentence. See <c>docs/reference/errors.md</c>.</summary>
/// <param name="Code">The stable name, in snake_case: a <see cref="ProtocolError"/>'s, or one of those below.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Exception">The cause, if there is one.</param>
public sealed record ConnectionError(string Code, string Message, Exception? Exception = null)
{
    /// <summary>The transport ended without a close frame.</summary>
    public static ConnectionError ConnectionLost { get; } = new("connection_lost", "The connection ended without a close frame.");

    /// <summary>Nothing came after a ping.</summary>
    public static ConnectionError KeepAliveTimeout { get; } = new("keep_alive_timeout", "Nothing came from the peer after a ping.");

    /// <summary>The peer took nothing of what waits to be sent.</summary>
    public static ConnectionError SendTimeout { get; } = new("send_timeout", "The peer has stopped reading.");

    /// <summary>The peer did not do its part of the closing handshake in time.</summary>
    public static ConnectionError CloseTimeout { get; } = new("close_timeout", "The peer did not finish the closing handshake in time.");

    /// <summary>The peer read too slowly for <see cref="SendQueuePolicy.Disconnect"/>.</summary>
    public static ConnectionError SlowConsumer { get; } = new("slow_consumer", "The peer reads too slowly.");

    /// <summary>This end cut the connection.</summary>
    public static ConnectionError Aborted { get; } = new("aborted", "The connection was cut by this end.");

    /// <summary>The application's handler threw.</summary>
    /// <param name="exception">What it threw.</param>
    public static ConnectionError HandlerFailed(Exception exception) => new("handler_failed", "The message handler threw an exception.", exception);

    /// <summary>A stream that was being sent failed, or sending it was given up half-way.</summary>
    /// <param name="exception">What it threw.</param>
    public static ConnectionError StreamFailed(Exception exception) => new("stream_failed", "A stream that was being sent failed.", exception);

    /// <summary>The transport failed.</summary>
    /// <param name="exception">What it threw.</param>
    public static ConnectionError TransportFailed(Exception exception) => new("connection_lost", "The connection was lost.", exception);

    /// <summary>The peer broke the protocol.</summary>
    /// <param name="error">How.</param>
    public static ConnectionError From(ProtocolError error) => new(error.Code, error.Message);
}
