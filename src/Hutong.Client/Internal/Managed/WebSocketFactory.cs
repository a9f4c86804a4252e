namespace Hutong.Client.Internal;

/// <summary>Opens WebSockets.</summary>
internal sealed class WebSocketFactory : ILinkSocketFactory
{
    private readonly WebSocketConnectOptions _connect;
    private readonly Mailbox _mailbox;
    private readonly RunningTasks _running = new();

    public WebSocketFactory(WebSocketClientOptions options, Mailbox mailbox)
    {
        _mailbox = mailbox;
        var connection = options.Connect.Connection;
        _connect = options.Connect with
        {
            // The link has the one timer; this one only ends what nobody waits for.
            ConnectTimeout = options.ConnectTimeout + TimeSpan.FromSeconds(5) is var limit && limit < ClientLimits.Longest ? limit : ClientLimits.Longest,
            Connection = connection with
            {
                TimeProvider = options.TimeProvider,
                CloseTimeout = options.CloseTimeout,
                // The link asks itself whether the server is there.
                KeepAliveInterval = TimeSpan.Zero,
                // The client holds back what is above its high-water mark; what is urgent still goes.
                SendQueueLimit = Math.Max(connection.SendQueueLimit, options.Queue.HighWater + options.Queue.MaxBytes + (1024 * 1024)),
            },
        };
    }

    public ILinkSocket Open(LinkRequest request, ILinkSocketUser user)
    {
        var connect = request.Token is { } token
            ? _connect with { Headers = [.. _connect.Headers.Where(h => !IsAuthorization(h.Key)), new("Authorization", "Bearer " + token)] }
            : _connect;
        connect.Validate();
        var socket = new WebSocketLinkSocket(request.Address, connect, _mailbox, user);
        _running.Add(socket.Run());
        return socket;
    }

    public Task CompleteAsync() => _running.CompleteAsync();

    private static bool IsAuthorization(string name) => name.Equals("Authorization", StringComparison.OrdinalIgnoreCase);
}
