using System.Collections.Concurrent;
using System.Security.Cryptography;
using Hutong.Rooms;
using Hutong.SocketIO.Internal;

namespace Hutong.SocketIO;

/// <summary>
/// One client in one namespace. It is a <see cref="Rooms.Session"/> of the host's rooms too. Its own events are <c>disconnecting</c> and <c>disconnect</c>, with the
/// <see cref="DisconnectReason"/> and perhaps a description, and <c>error</c>, with the exception. Thread-safe.
/// </summary>
public sealed partial class Socket : EventEmitter
{
    private readonly Lock _gate = new();
    private readonly SocketClient _client;
    private IDictionary<string, object?>? _data;
    private IReadOnlyCollection<string>? _lastRooms;
    private volatile State _state;

    internal Socket(SocketNamespace nsp, SocketClient client, Handshake handshake, Recovery? recovery)
    {
        Namespace = nsp;
        _client = client;
        Handshake = handshake;
        var recovered = recovery?.State;
        Id = recovered?.Id ?? NewId();
        IsRecovered = recovered is not null;
        RecoveryTrack? track = null;
        if (nsp.IsTracked)
        {
            Pid = recovered?.Pid ?? NewId();
            track = recovered is null ? new RecoveryTrack() : new RecoveryTrack(recovered, recovery!.Offsets);
        }

        if (recovered is { Data.Count: > 0 })
            _data = new ConcurrentDictionary<string, object?>(recovered.Data, StringComparer.Ordinal);
        Wire = new SocketWire(this, client, track);
    }

    private enum State : byte
    {
        Connecting,
        Connected,
        Closing,
        Closed,
    }

    /// <summary>Names it: 20 characters. Others may know it; it is not the id of its connection.</summary>
    public string Id { get; }

    /// <summary>The namespace that it is in.</summary>
    public SocketNamespace Namespace { get; }

    /// <summary>How it came.</summary>
    public Handshake Handshake { get; }

    /// <summary>Whether it goes on where it stopped: same id, rooms and data, and nothing missed. See <see cref="SocketIOOptions.ConnectionStateRecovery"/>.</summary>
    public bool IsRecovered { get; }

    /// <summary>Whether it is in its namespace.</summary>
    public bool IsConnected => _state == State.Connected;

    /// <summary>The connection below, which its client's sockets in other namespaces share.</summary>
    public EngineSocket Conn => _client.Link.Socket ?? throw new NotSupportedException("There is no connection below it.");

    /// <summary>The session that it is in the host's rooms; null until the middlewares have let it in.</summary>
    public Session? Session => Wire.Session;

    /// <summary>Anything of the application's own. With connection state recovery it is kept; other nodes see it in <see cref="RemoteSocket.Data"/>, as JSON.</summary>
    public IDictionary<string, object?> Data
    {
        get
        {
            if (_data is { } data)
                return data;
            lock (_gate)
                return _data ??= new ConcurrentDictionary<string, object?>(StringComparer.Ordinal);
        }
    }

    /// <summary>The rooms that it is in, its own one included, whose name is its id. While <c>disconnecting</c> is raised those that it was in; later none.</summary>
    public IReadOnlyCollection<string> Rooms
    {
        get
        {
            if (_state == State.Closed)
                return [];
            if (_lastRooms is { } last)
                return last;
            if (Session is not { } session)
                return [];
            var names = Namespace.Names;
            var rooms = new List<string> { Id };
            foreach (string name in session.Rooms)
            {
                if (names.From(name) is { } room && room != Id)
                    rooms.Add(room);
            }

            return rooms;
        }
    }

    internal SocketWire Wire { get; }

    /// <summary>The secret by which its client asks for its state; null without recovery.</summary>
    internal string? Pid { get; }

    internal SocketClient Client => _client;

    /// <summary>Lets it into rooms.</summary>
    /// <param name="rooms">The rooms' names.</param>
    /// <exception cref="InvalidOperationException">It is in as many rooms as <see cref="RoomsOptions.MaxRoomsPerSession"/> allows, or a room is full.</exception>
    public async ValueTask JoinAsync(params string[] rooms)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        foreach (string room in rooms)
        {
            ArgumentNullException.ThrowIfNull(room);
            if (Session is not { } session)
                throw new InvalidOperationException("The socket is not in its namespace yet.");
            // It is in its own room in any case.
            if (room == Id && !Namespace.IsTracked)
                continue;
            if (await Namespace.Graph.EnterAsync(session, Namespace.Names.Of(room)).ConfigureAwait(false) is { } error && !session.IsEnded)
                throw new InvalidOperationException($"The socket was not let into the room: {error.Message}");
        }
    }

    /// <summary>Takes it out of a room.</summary>
    /// <param name="room">The room's name.</param>
    public ValueTask LeaveAsync(string room)
    {
        ArgumentNullException.ThrowIfNull(room);
        return Session is { } session && room != Id ? new(Namespace.Graph.ExitAsync(session, Namespace.Names.Of(room))) : default;
    }

    /// <summary>Puts it out of its namespace: its client does not come back by itself.</summary>
    /// <param name="close">Whether to close the connection below too, and with it the client's sockets in other namespaces.</param>
    public void Disconnect(bool close = false)
    {
        if (close)
        {
            _client.Disconnect();
            return;
        }

        if (_state != State.Connected)
            return;
        _client.Link.TrySend(Namespace.DisconnectPacket);
        OnClosed(DisconnectReason.ServerNamespaceDisconnect, null);
    }

    /// <inheritdoc/>
    public override string ToString() => Id;

    private static string NewId() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(15)).Replace('+', '-').Replace('/', '_');
}
