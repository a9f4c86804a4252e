namespace Hutong.Client;

/// <summary>A connection has ended, or could not be opened.</summary>
/// <param name="Code">The close code; 1006 if there was no closing handshake; 4401 and 4403 for a handshake refused with 401 and 403.</param>
/// <param name="Reason">The server's reason, or a short name of what went wrong.</param>
/// <param name="WasClean">Whether the closing handshake was completed.</param>
/// <param name="Reconnects">Whether there will be another attempt.</param>
public sealed record ClientClose(int Code, string Reason, bool WasClean, bool Reconnects = false);
