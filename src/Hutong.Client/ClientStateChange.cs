namespace Hutong.Client;

/// <summary>A client has come from one state to another.</summary>
/// <param name="State">The state.</param>
/// <param name="Previous">The one before.</param>
/// <param name="RetryAt">In <see cref="ClientState.Waiting"/>: when the next attempt begins; null while it is paused.</param>
/// <param name="Attempt">Attempts since the last connection that held.</param>
/// <param name="Error">In <see cref="ClientState.Failed"/>: why.</param>
public sealed record ClientStateChange(ClientState State, ClientState Previous, DateTimeOffset? RetryAt, int Attempt, ClientException? Error);
