using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Hutong.Transport.Internal;

/// <summary>What Kestrel sees of a connection.</summary>
internal sealed class HttpConnectionContext : ConnectionFeatures, IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature,
    IMemoryPoolFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature, IHandOverFeature
{
    private readonly HttpSocket _socket;
    private readonly IDuplexPipe _own;
    private readonly PipeScheduler _scheduler;
    private readonly CancellationTokenSource _closed = new();
    private IDictionary<object, object?>? _items;
    private string? _id;

    public HttpConnectionContext(HttpSocket socket, IDuplexPipe transport, EndPoint? local, EndPoint? remote, MemoryPool<byte> memory, PipeScheduler scheduler)
    {
        _socket = socket;
        _own = transport;
        _scheduler = scheduler;
        Transport = transport;
        RemoteEndPoint = remote;
        LocalEndPoint = local;
        MemoryPool = memory;
        ConnectionClosed = _closed.Token;
    }

    public override string ConnectionId
    {
        get => _id ??= ConnectionIds.Format(ConnectionIds.Next());
        set => _id = value;
    }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new Dictionary<object, object?>();
        set => _items = value;
    }

    public override IDuplexPipe Transport { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public MemoryPool<byte> MemoryPool { get; }

    /// <summary>Tells Kestrel, where its code runs, that the connection is over.</summary>
    public void SignalClosed() => _scheduler.Schedule(static closed => ((CancellationTokenSource)closed!).Cancel(), _closed);

    public bool CanHandOver(IDuplexPipe transport) => ReferenceEquals(transport, _own);

    public ValueTask<SocketDriver?> HandOverAsync(CallbackWatch? watch, bool keepsRequest) => _socket.HandOverAsync(watch, keepsRequest);

    public override void Abort() => Abort(new ConnectionAbortedException());

    public override void Abort(ConnectionAbortedException abortReason) => _socket.Abort(abortReason);

    public override async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
