namespace Hutong.Client.Internal;

internal static class SocketFactories
{
    public static ILinkSocketFactory Create(WebSocketClientOptions options, Mailbox mailbox)
    {
        var sockets = new WebSocketFactory(options, mailbox);
        return options.Fallback is null ? sockets : new FallbackFactory(options, options.Fallback, mailbox, sockets);
    }
}
