namespace Hutong.Client.Internal;

#pragma warning disable CS9113
internal sealed class FallbackFactory(WebSocketClientOptions options, FallbackOptions fallback, Mailbox mailbox, WebSocketFactory sockets) : ILinkSocketFactory
{
    public ILinkSocket Open(LinkRequest request, ILinkSocketUser user) => sockets.Open(request, user);

    public Task CompleteAsync() => sockets.CompleteAsync();
}
