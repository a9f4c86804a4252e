using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Hutong.Fuzz;

/// <summary>
/// Reads inputs as a real Kestrel does: one server, in memory, and a connection for each input. The first comes in by the listener; for the
/// others Kestrel's handler of connections is called at once, on the caller's thread, which makes it fast enough for millions.
/// </summary>
public sealed class KestrelJudge : IConnectionListenerFactory, IConnectionListener, IHttpApplication<IFeatureCollection>
{
    private static readonly Lazy<KestrelJudge> One = new(() => new KestrelJudge());

    private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>();
    private readonly TaskCompletionSource<KeyValuePair<Type, object>[]> _features = new();
    private readonly KestrelServer _server;
    private ConnectionDelegate? _handler;

    private KestrelJudge()
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen((IPEndPoint)EndPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(Capture);
        });
        _server = new KestrelServer(Options.Create(options), this, NullLoggerFactory.Instance);
        _server.StartAsync(this, CancellationToken.None).GetAwaiter().GetResult();
        _connections.Writer.TryWrite(new Connection([], []));
        _features.Task.Wait();
    }

    /// <summary>The server, which runs as long as the process.</summary>
    public static KestrelJudge Shared => One.Value;

    public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 80);

    /// <summary>Sends bytes and the end of the connection, and waits until Kestrel is done with it.</summary>
    public KestrelReading Read(ReadOnlySpan<byte> input)
    {
        var connection = new Connection(input, _features.Task.Result);
        if (!_handler!(connection).Wait(TimeSpan.FromMinutes(1)))
            throw new BrokenClaimException("Kestrel does not come to an end");
        return connection.End();
    }

    ValueTask<IConnectionListener> IConnectionListenerFactory.BindAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IConnectionListener>(this);

    async ValueTask<ConnectionContext?> IConnectionListener.AcceptAsync(CancellationToken cancellationToken) =>
        await _connections.Reader.ReadAsync(cancellationToken);

    ValueTask IConnectionListener.UnbindAsync(CancellationToken cancellationToken) => default;

    ValueTask IAsyncDisposable.DisposeAsync() => default;

    IFeatureCollection IHttpApplication<IFeatureCollection>.CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    Task IHttpApplication<IFeatureCollection>.ProcessRequestAsync(IFeatureCollection context) =>
        context.GetRequiredFeature<KestrelReading>().NoteAsync(context);

    void IHttpApplication<IFeatureCollection>.DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    private ConnectionDelegate Capture(ConnectionDelegate handler)
    {
        _handler = handler;
        return connection =>
        {
            // What Kestrel adds to a connection before it handles it.
            _features.TrySetResult([.. connection.Features.Where(f => f.Value is not (Connection or KestrelReading))]);
            return handler(connection);
        };
    }

    private sealed class Connection : DefaultConnectionContext
    {
        private static readonly PipeOptions Unbounded = new(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);
        private static long _count;

        private readonly Pipe _up = new(Unbounded);
        private readonly Pipe _down = new(Unbounded);
        private readonly KestrelReading _reading = new();

        public Connection(ReadOnlySpan<byte> input, KeyValuePair<Type, object>[] features)
            : base(Interlocked.Increment(ref _count).ToString())
        {
            Transport = new Ends(_up.Reader, _down.Writer);
            foreach (var (type, feature) in features)
                Features[type] = feature;
            Features.Set(_reading);
            _up.Writer.Write(input);
            _up.Writer.Complete();
        }

        public KestrelReading End()
        {
            _down.Writer.Complete();
            if (_down.Reader.TryRead(out var answer))
                _reading.Answer = answer.Buffer.ToArray();
            _down.Reader.Complete();
            return _reading;
        }
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
