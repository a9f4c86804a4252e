using System.IO.Pipelines;
using Hutong.Connections;
using Hutong.Transport;
using Hutong.Transport.Internal;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hutong.Server.Internal;

/// <summary>The bytes of a request that has become a WebSocket, and the way to cut them.</summary>
internal sealed class UpgradedTransport : IDisposable
{
    private readonly Lock _lock = new();
    private HttpContext? _context;

    private UpgradedTransport(IConnectionDriver driver, bool outlivesRequest = false)
    {
        Driver = driver;
        OutlivesRequest = outlivesRequest;
    }

    private UpgradedTransport(IDuplexPipe pipes, HttpContext context)
    {
        _context = context;
        Driver = new PipeDriver(AdaptedTransport.For(pipes), Abort);
    }

    public IConnectionDriver Driver { get; }

    /// <summary>Whether the socket was handed over for good: then the request may end, and nothing of it may be used any more.</summary>
    public bool OutlivesRequest { get; }

    /// <summary>Answers 101 and gives what follows.</summary>
    /// <param name="context">The request.</param>
    /// <param name="upgrade">Its way to switch protocols.</param>
    /// <param name="mode">How the connection is to be carried where it can be.</param>
    /// <param name="watch">What guards an event loop against slow callbacks.</param>
    public static async Task<UpgradedTransport> UpgradeAsync(
        HttpContext context, IHttpUpgradeFeature upgrade, TransportMode mode, CallbackWatch? watch)
    {
        var stream = await upgrade.UpgradeAsync().ConfigureAwait(false);
        // Kestrel's own pipes, TLS included (see AdaptedTransport): the stream is nothing but a copy between them and us. The connection
        // object, unlike the HttpContext, is not used again for other requests, so it can be cut at any later time.
        if (context.Features.Get<IConnectionTransportFeature>() is { } connection
            && context.Features.Get<IConnectionLifetimeFeature>() is { } lifetime)
        {
            if (mode is TransportMode.Loops or TransportMode.Pending
                && context.Features.Get<IHandOverFeature>() is { } socket && socket.CanHandOver(connection.Transport)
                && await socket.HandOverAsync(watch, keepsRequest: mode == TransportMode.Pending).ConfigureAwait(false) is { } driver)
                return new UpgradedTransport(driver, outlivesRequest: mode == TransportMode.Loops);
            return new UpgradedTransport(new PipeDriver(AdaptedTransport.For(connection.Transport), lifetime.Abort));
        }

        // Another server, such as IIS.
        return OverStream(context, stream);
    }

    /// <summary>Answers 200 to an extended CONNECT (RFC 8441) and gives what follows: one stream of an HTTP/2 connection.</summary>
    public static async Task<UpgradedTransport> ConnectAsync(HttpContext context, IHttpExtendedConnectFeature connect)
    {
        var stream = await connect.AcceptAsync().ConfigureAwait(false);
        return OverStream(context, stream);
    }

    /// <summary>The request is over: its context is used for others now, and must not be cut by us.</summary>
    public void Dispose()
    {
        lock (_lock)
            _context = null;
    }

    private static UpgradedTransport OverStream(HttpContext context, Stream stream)
    {
        var pipes = new StreamPipes(
            PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true, useZeroByteReads: true)),
            PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));
        return new UpgradedTransport(pipes, context);
    }

    private void Abort()
    {
        lock (_lock)
            _context?.Abort();
    }

    private sealed record StreamPipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
