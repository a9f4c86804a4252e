namespace Hutong.Client;

/// <summary>The last attempt has failed: ask the person, and call <see cref="WebSocketClient.Reconnect"/>.</summary>
/// <param name="Attempts">How many there were.</param>
/// <param name="Error">The same as <see cref="WebSocketClient.Error"/>.</param>
public sealed record ReconnectFailure(int Attempts, ClientException Error);
