namespace Hutong.Connections.Internal;

/// <summary>Tells the other side of a pipe that this side was cut, not ended.</summary>
internal sealed class ConnectionAbortedException() : IOException("The connection was cut.");
