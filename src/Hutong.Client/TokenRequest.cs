namespace Hutong.Client;

/// <summary>A client needs a token.</summary>
/// <param name="Fresh">The last one was refused or will expire: a stored one does not help.</param>
/// <param name="CancellationToken">Cancelled when the client no longer needs it.</param>
public readonly record struct TokenRequest(bool Fresh, CancellationToken CancellationToken);
