using System.Buffers;
using System.Net;
using Hutong.Transport.Internal;

namespace Hutong.Server.Internal;

/// <summary>The way past Kestrel for the one endpoint of a <see cref="WebSocketServer"/>.</summary>
internal sealed class StandaloneShortcut(WebSocketEndpoint endpoint, FastHandshake handshake, ServerState server) : IShortcut
{
    public ShortcutConnection? TryTake(ReadOnlySpan<byte> received, IPEndPoint? local, IPEndPoint? remote, ArrayBufferWriter<byte> response)
    {
        if (!handshake.TryAnswer(received, local, remote, response, out var accepted))
            return null;
        if (server.TryEnter())
            return new Connection(endpoint, accepted);
        // Kestrel's way says why.
        accepted.Transform?.Dispose();
        return null;
    }

    private sealed class Connection(WebSocketEndpoint endpoint, AcceptedHandshake accepted) : ShortcutConnection
    {
        public override int HeadLength => accepted.HeadLength;

        public override CallbackWatch? Watch => endpoint.Watch;

        public override void Execute() => endpoint.Serve(Driver!, accepted);
    }
}
