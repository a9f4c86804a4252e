namespace Hutong.Client;

/// <summary>Messages can be sent; what was queued follows when the listeners have returned.</summary>
/// <param name="Protocol">The subprotocol that the server chose; empty if none.</param>
/// <param name="Reconnected">Whether there was a connection before.</param>
public sealed record ClientOpened(string Protocol, bool Reconnected);
