using Microsoft.AspNetCore.SignalR;

namespace SignalREcho;

/// <summary>Answers by a call of the client's method, so that an answer is a message of its own, not a call's result.</summary>
internal sealed class EchoHub : Hub
{
    public Task Echo(string text) => Clients.Caller.SendAsync("Echo", text);
}
