using System.Collections.Concurrent;

namespace Hutong.Client.Internal;

/// <summary>Opens what can be opened: a WebSocket, or a session over HTTP.</summary>
internal sealed class FallbackFactory(WebSocketClientOptions options, FallbackOptions fallback, Mailbox mailbox, WebSocketFactory sockets) : ILinkSocketFactory
{
    private const int MaxHosts = 1000;

    // Which transport to begin with, by host.
    private static readonly ConcurrentDictionary<string, (ClientTransportKind Transport, DateTimeOffset Until)> Memory = new(StringComparer.OrdinalIgnoreCase);

    private readonly RunningTasks _running = new();

    public FallbackOptions Fallback => fallback;

    public TimeProvider Time => options.TimeProvider;

    public ILinkSocket Open(LinkRequest request, ILinkSocketUser user)
    {
        var socket = new FallbackSocket(this, request, mailbox, user);
        mailbox.Post(socket.Begin);
        return socket;
    }

    public async Task CompleteAsync()
    {
        await _running.CompleteAsync().ConfigureAwait(false);
        await sockets.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Opens one transport.</summary>
    public ILinkSocket Open(ClientTransportKind transport, LinkRequest request, ILinkSocketUser user)
    {
        if (transport == ClientTransportKind.WebSocket)
            return sockets.Open(request, user);
        var http = new HttpCalls(request, options.Connect);
        HttpLinkSocket socket = transport == ClientTransportKind.ServerSentEvents
            ? new SseLinkSocket(http, Time, mailbox, user)
            : new PollLinkSocket(http, Time, mailbox, user);
        _running.Add(socket.Run());
        return socket;
    }

    /// <summary>What to try, in order: from the one that is remembered to the end, then the others, which may have become possible.</summary>
    public Queue<ClientTransportKind> Order(Uri address)
    {
        var all = fallback.Transports.ToList();
        int first = Memory.TryGetValue(address.Authority, out var note) && note.Until > Time.GetUtcNow() ? Math.Max(0, all.IndexOf(note.Transport)) : 0;
        return new([.. all[first..], .. all[..first]]);
    }

    public void Remember(Uri address, ClientTransportKind transport)
    {
        // Nobody speaks to so many hosts; what is forgotten is tried again.
        if (Memory.Count > MaxHosts)
            Memory.Clear();
        if (transport == fallback.Transports[0])
            Memory.TryRemove(address.Authority, out _);
        else
            Memory[address.Authority] = (transport, Time.GetUtcNow() + fallback.Remember);
    }
}
