using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hutong.Rooms;
using Hutong.SocketIO.Internal;

namespace Hutong.SocketIO;

/// <summary>
/// A Socket.IO server: its namespaces, and what can be done with all sockets of the main one, <c>/</c>. <c>AddSocketIO</c> makes it a service of the host.
/// Events that other nodes emit to the main namespace are raised here too. Thread-safe.
/// </summary>
public sealed partial class SocketIOServer : EventEmitter, IDisposable
{
    private readonly ConcurrentDictionary<string, SocketNamespace> _namespaces = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<SocketClient, byte> _clients = new();
    private readonly Lock _gate = new();
    private readonly string?[] _names = new string?[64];
    private readonly IDisposable? _attachment;
    private readonly ISocketCluster? _cluster;
    private readonly Node _node;
    private ParentNamespace[] _parents = [];
    private int _children;

    internal SocketIOServer(RoomGraph graph, SocketIOOptions options, ISocketStateStore? states, ISocketCluster? cluster, Microsoft.Extensions.Logging.ILogger log)
    {
        options.Validate();
        Graph = graph;
        Options = options;
        Log = log;
        Json = new SocketJson(options.Json);
        var recovery = options.ConnectionStateRecovery;
        States = states ?? new MemorySocketStateStore(recovery?.MaxStates ?? 1, Time);
        graph.Kinds.Hide(RoomNames.Hidden, recovery is null ? new() : new()
        {
            HistorySize = recovery.HistorySize,
            HistoryBytes = recovery.HistoryBytes,
            // A client that is lost is noticed only after its heartbeats have failed.
            HistoryAge = recovery.MaxDisconnectionDuration + options.Engine.PingInterval + options.Engine.PingTimeout + TimeSpan.FromSeconds(5),
            HistoryVisible = false,
        });
        Main = Of("/");
        _node = new Node(this);
        _cluster = cluster;
        _attachment = cluster?.Attach(_node);
    }

    /// <summary>How it behaves.</summary>
    public SocketIOOptions Options { get; }

    /// <summary>The main namespace, <c>/</c>.</summary>
    public SocketNamespace Main { get; }

    /// <summary>The sockets that are connected to the main namespace on this node, by their ids.</summary>
    public IReadOnlyDictionary<string, Socket> Sockets => Main.Sockets;

    /// <summary>The namespaces that there are.</summary>
    public IReadOnlyCollection<SocketNamespace> Namespaces => (IReadOnlyCollection<SocketNamespace>)_namespaces.Values;

    /// <summary>How many connections there are on this node.</summary>
    public int ConnectionCount => _clients.Count;

    internal RoomGraph Graph { get; }

    internal SocketJson Json { get; }

    internal ISocketStateStore States { get; }

    internal Microsoft.Extensions.Logging.ILogger Log { get; }

    internal TimeProvider Time => Graph.Options.TimeProvider;

    /// <summary>A namespace, made if there is none of that name.</summary>
    /// <param name="name">Its name; a slash before it is added if it is not there.</param>
    /// <exception cref="ArgumentException">The name has a comma or a number sign, or is too long.</exception>
    public SocketNamespace Of(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name[0] != '/')
            name = "/" + name;
        if (!IsName(name))
            throw new ArgumentException("A namespace's name has no comma and no number sign, and is not too long.", nameof(name));
        return _namespaces.GetOrAdd(name, static (name, server) => new SocketNamespace(server, name, new ConnectionHandlers(), isChild: false), this);
    }

    /// <summary>Namespaces whose names match, made when the first client asks for them.</summary>
    /// <param name="names">What the whole name matches, such as <c>^/room-\d+$</c>.</param>
    public ParentNamespace Of(Regex names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Of((name, _) => new ValueTask<bool>(names.IsMatch(name)));
    }

    /// <summary>Namespaces that a predicate allows, made when the first client asks for them.</summary>
    /// <param name="predicate">Gets the name, and what the client gave as <c>auth</c>, undefined if nothing.</param>
    public ParentNamespace Of(Func<string, JsonElement, ValueTask<bool>> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        var parent = new ParentNamespace(this, predicate);
        lock (_gate)
            System.Threading.Volatile.Write(ref _parents, [.. _parents, parent]);
        return parent;
    }

    /// <summary>Closes all connections of this node; their clients come back.</summary>
    public void DisconnectAll()
    {
        foreach (var (client, _) in _clients)
            client.Link.Close();
    }

    /// <summary>Leaves the cluster.</summary>
    public void Dispose() => _attachment?.Dispose();

    /// <summary>A connection has been opened.</summary>
    internal SocketClient Open(IEngineLink link)
    {
        var client = new SocketClient(this, link);
        _clients[client] = 0;
        return client;
    }

    internal void Remove(SocketClient client) => _clients.TryRemove(client, out _);

    internal void Drop(SocketNamespace nsp)
    {
        if (_namespaces.TryRemove(new(nsp.Name, nsp)))
            Interlocked.Decrement(ref _children);
    }

    /// <summary>Lets a client into a namespace, or tells it why not. It never throws.</summary>
    internal async Task ConnectAsync(SocketClient client, string name, ReadOnlyMemory<byte> auth)
    {
        try
        {
            if (await FindAsync(name, auth).ConfigureAwait(false) is not { } nsp)
            {
                Refuse(client, name, "Invalid namespace", null);
                return;
            }

            try
            {
                await nsp.ConnectAsync(client, auth).ConfigureAwait(false);
            }
            finally
            {
                nsp.Exit();
            }
        }
        catch (Exception e)
        {
            SocketLog.Defect(Log, e);
            Refuse(client, name, "The server failed", null);
        }
    }

    internal void Refuse(SocketClient client, string name, string message, object? details)
    {
        client.EndConnecting(name);
        client.Link.TrySend(ConnectError(name, message, details));
    }

    internal EngineMessage ConnectError(string name, string message, object? details)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal) { ["message"] = message };
        if (details is not null)
            values["data"] = details;
        byte[] json = Json.WriteObject(values);
        byte[] head = System.Text.Encoding.UTF8.GetBytes(name.Length == 1 ? "4" : $"4{name},");
        return EngineMessage.Text((byte[])[.. head, .. json]);
    }

    /// <summary>An event's name: those that come often are not made anew each time.</summary>
    internal string NameOf(ReadOnlySpan<byte> json)
    {
        // A number stands for itself.
        if (json[0] != (byte)'"')
            return System.Text.Encoding.UTF8.GetString(json);
        var text = json[1..^1];
        if (text.Length > 40 || text.Contains((byte)'\\'))
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            return reader.GetString()!;
        }

        var hash = new HashCode();
        hash.AddBytes(text);
        ref string? kept = ref _names[hash.ToHashCode() & (_names.Length - 1)];
        string? known = System.Threading.Volatile.Read(ref kept);
        if (known is not null && System.Text.Ascii.Equals(text, known))
            return known;
        string name = System.Text.Encoding.UTF8.GetString(text);
        System.Threading.Volatile.Write(ref kept, name);
        return name;
    }

    /// <summary>Asks the other nodes.</summary>
    internal async ValueTask<IReadOnlyList<SocketClusterResponse>> AskAsync(SocketClusterRequest request, TimeSpan? timeout = null)
    {
        if (_cluster is null)
            return [];
        try
        {
            return await _cluster.AskAsync(_node, request, timeout ?? Options.ClusterTimeout).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            SocketLog.ClusterFailed(Log, e);
            return [];
        }
    }

    internal async ValueTask TellAsync(SocketClusterRequest request)
    {
        if (_cluster is not null)
            await _cluster.TellAsync(_node, request).ConfigureAwait(false);
    }

    internal IEnumerable<SocketNamespace> ChildrenOf(ParentNamespace parent) => _namespaces.Values.Where(n => n.Parent == parent);

    /// <inheritdoc/>
    private protected override void OnFailed(SocketEvent e, Exception failure) => SocketLog.ListenerFailed(Log, failure, "/", e.Name);

    private bool IsName(string name) =>
        name.StartsWith('/') && !name.AsSpan().ContainsAny(',', '#') && System.Text.Encoding.UTF8.GetByteCount(name) <= Options.Packets.MaxNamespaceSize;

    private async ValueTask<SocketNamespace?> FindAsync(string name, ReadOnlyMemory<byte> auth)
    {
        while (true)
        {
            if (_namespaces.TryGetValue(name, out var nsp))
            {
                if (nsp.TryEnter())
                    return nsp;
                _namespaces.TryRemove(new(name, nsp));
            }

            if (!IsName(name) || await FindParentAsync(name, auth).ConfigureAwait(false) is not { } parent)
                return null;
            if (Interlocked.Increment(ref _children) > Options.MaxChildNamespaces)
            {
                Interlocked.Decrement(ref _children);
                return null;
            }

            if (!_namespaces.TryAdd(name, new SocketNamespace(this, name, new ConnectionHandlers(parent.Handlers), isChild: true) { Parent = parent }))
                Interlocked.Decrement(ref _children);
        }
    }

    private async ValueTask<ParentNamespace?> FindParentAsync(string name, ReadOnlyMemory<byte> auth)
    {
        var parents = System.Threading.Volatile.Read(ref _parents);
        if (parents.Length == 0)
            return null;
        JsonElement element = auth.IsEmpty ? default : Json.Read<JsonElement>(auth.Span, []);
        foreach (var parent in parents)
        {
            try
            {
                if (await parent.Predicate(name, element).ConfigureAwait(false))
                    return parent;
            }
            catch (Exception e)
            {
                SocketLog.MiddlewareFailed(Log, e, name);
            }
        }

        return null;
    }

    /// <summary>This server, as the cluster sees it.</summary>
    private sealed class Node(SocketIOServer server) : ISocketClusterNode
    {
        public async ValueTask<SocketClusterResponse?> HandleAsync(SocketClusterRequest request) =>
            server._namespaces.TryGetValue(request.Namespace, out var nsp) ? await nsp.HandleAsync(request).ConfigureAwait(false) : null;
    }
}
