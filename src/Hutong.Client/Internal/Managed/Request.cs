namespace Hutong.Client.Internal;

/// <summary>A message that wants an answer.</summary>
/// <param name="Id">What the answer names.</param>
/// <param name="Item">The message.</param>
/// <param name="Retry">Whether it is sent again over the next connection.</param>
/// <param name="Timeout">How long it waits; infinite for ever.</param>
/// <param name="Done">Called once, in the mailbox, with the error or the answer, before anything that came after the answer is handed on.</param>
/// <param name="CancellationToken">Gives it up.</param>
internal sealed record Request(
    string Id, Sending Item, bool Retry, TimeSpan Timeout, Action<ClientException?, ClientMessage?> Done, CancellationToken CancellationToken);
