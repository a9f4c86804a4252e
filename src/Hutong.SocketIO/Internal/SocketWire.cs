using Hutong.Connections;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;

namespace Hutong.SocketIO.Internal;

/// <summary>One namespace of one connection, as the rooms see it.</summary>
internal sealed class SocketWire(Socket socket, SocketClient client, RecoveryTrack? track) : SessionWire
{
    // So many events wait at most while a socket is being recovered.
    private const int MaxHeld = 10_000;

    private static ReadOnlySpan<byte> LeftPayload => "{\"left\":true}"u8;

    // Guards the track, and the order in which it and the connection are written to.
    private readonly Lock _gate = new();
    private WebSocketConnection? _direct;
    private Queue<OutgoingMessage>? _held;
    private EngineMessage? _welcome;
    private volatile bool _isClosed;

    public override string Name => "socketio";

    public override Dialect Dialect => socket.Namespace.Dialect;

    internal override WebSocketConnection? Direct => _direct;

    internal override bool TakesAll => socket.Outgoing is null;

    public override bool IsOpen => !_isClosed && client.IsOpen;

    public override bool IsWritable => _held is null && client.Link.IsWritable;

    public override SessionLag Pending => new(0, client.Link.BufferedAmount);

    /// <summary>Why the rooms closed it before the client was let in; null if they did not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What the client is told when it is in the room of all. Set before it is.</summary>
    public EngineMessage Welcome
    {
        set => _welcome = value;
    }

    public override bool TrySend(OutgoingMessage message)
    {
        if (_isClosed)
            return false;
        if (IsAnswer(message))
            return TakeAnswer(message);
        if (message.In(Dialect) is not SocketEncoding encoding)
            return true;
        if (track is null)
            return Send(encoding.Messages, message);
        lock (_gate)
        {
            return _held is null ? SendTracked(message, encoding) : TryHold(message);
        }
    }

    public override void NotifyDrained(long bytes) => client.NotifyDrained(this, bytes);

    public override void Close(int code, string reason)
    {
        if (socket.IsConnected)
        {
            socket.CloseByRooms(code);
            return;
        }

        Refusal ??= reason;
        _isClosed = true;
        Session?.End(code, reason);
    }

    /// <summary>Nothing is sent any more.</summary>
    public void End() => _isClosed = true;

    public void UseDirect()
    {
        // The groups of a namespace whose events differ from socket to socket would be of no use.
        if (track is not null || client.Link.Direct is not { } direct || _direct is not null)
            return;
        _direct = direct;
        Session?.DirectChanged();
    }

    /// <summary>Keeps what comes, until <see cref="ReleaseAsync"/>.</summary>
    public void Hold() => _held = new();

    /// <summary>Sends what was missed, then what was held, then goes on as ever.</summary>
    /// <param name="missed">What was missed, in the order in which it is to be sent.</param>
    public async ValueTask ReleaseAsync(Queue<MissedEvent> missed)
    {
        while (!_isClosed)
        {
            lock (_gate)
            {
                if (missed.TryPeek(out var first))
                {
                    if (Send(first))
                    {
                        missed.Dequeue();
                        continue;
                    }
                }
                else if (!_held!.TryPeek(out var held))
                {
                    _held = null;
                    return;
                }
                else if (IsAnswer(held))
                {
                    Note(_held.Dequeue());
                    continue;
                }
                else if (held.In(Dialect) is not SocketEncoding encoding || SendTracked(held, encoding))
                {
                    _held.Dequeue();
                    continue;
                }
            }

            await client.WhenDrainedAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The state of the socket as of now; null if it could not be recovered whole.</summary>
    public SocketState? TakeState(SocketState known)
    {
        lock (_gate)
        {
            return track is null || track.IsBroken || track.Places.Any(p => p is { Epoch: null, IsLeft: false }) ? null : track.ToState(known);
        }
    }

    private static bool IsAnswer(OutgoingMessage message) => message is not Publication && EnvelopeType.Find(message.Type) is not null;

    private bool TryHold(OutgoingMessage message)
    {
        if (_held!.Count >= MaxHeld)
            return false;
        _held.Enqueue(message);
        return true;
    }

    /// <summary>Sends what was missed, or passes over what was not for this socket.</summary>
    private bool Send(MissedEvent missed)
    {
        if (!missed.IsKept && missed.Publication.In(Dialect) is SocketEncoding encoding)
            return SendTracked(missed.Publication, encoding, missed.Place);
        int index = missed.Place;
        track!.Advance(missed.Publication, ref index);
        return true;
    }

    private bool SendTracked(OutgoingMessage message, SocketEncoding encoding, int index = -1)
    {
        // Every event ends with an offset, also one that moves none: clients take the last text of whatever comes for one.
        var place = message is Publication publication ? track!.Advance(publication, ref index) : null;
        if (Send(encoding.With(track!.Write()), message))
            return true;
        if (place is not null)
            track.Undo(index, place);
        return false;
    }

    private bool Send(EngineMessage[] messages, OutgoingMessage message)
    {
        if (!client.Link.TrySend(messages))
            return false;
        if (socket.Outgoing is { } outgoing && EventData.From(message) is { } data)
            outgoing.Tell(data);
        return true;
    }

    /// <summary>Takes what a room answers: a client of Socket.IO is told in its own way, if at all.</summary>
    private bool TakeAnswer(OutgoingMessage message)
    {
        if (track is not null)
        {
            lock (_gate)
            {
                // It says where the room stands behind what is held.
                if (_held is not null)
                    return TryHold(message);
                Note(message);
            }
        }

        if (message.Type == EnvelopeType.Ack && message.Room == socket.Namespace.Names.All && Interlocked.Exchange(ref _welcome, null) is { } welcome)
            return client.Link.TrySend(welcome);
        return true;
    }

    /// <summary>Notes where a room says that it stands. Under the gate.</summary>
    private void Note(OutgoingMessage message)
    {
        if (message.Room is not { } room)
            return;
        long now = socket.Namespace.Now;
        if (message.Type == EnvelopeType.Position && message.Position is { } position)
            track!.Move(room, position, skipped: message.Payload.Kind != PayloadKind.None);
        else if (message.Type == EnvelopeType.Ack && message.Position is null && message.Payload.Data.Span.SequenceEqual(LeftPayload))
            track!.Leave(room, now);
        else if (message.Type == EnvelopeType.Ack)
            track!.Join(room, message.Position, now);
    }
}
