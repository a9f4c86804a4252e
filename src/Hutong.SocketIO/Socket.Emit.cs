using System.Buffers;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;
using Hutong.SocketIO.Internal;
using Hutong.SocketIO.Protocol;

namespace Hutong.SocketIO;

/// <content>To the client, and to others than the client.</content>
public sealed partial class Socket
{
    private Dictionary<long, PendingAck>? _acks;

    /// <summary>Everyone else in the namespace.</summary>
    public BroadcastOperator Broadcast => new(Namespace, [], [], Id, default);

    /// <summary>The client, if a message would leave at once.</summary>
    public SocketOperator Volatile => new(this, new EmitFlags { Volatile = true });

    /// <summary>Everyone else on this node.</summary>
    public BroadcastOperator Local => new(Namespace, [], [], Id, new EmitFlags { Local = true });

    /// <summary>Everyone else in a room.</summary>
    /// <param name="rooms">The rooms' names; a socket's id names that socket.</param>
    public BroadcastOperator To(params string[] rooms) => Broadcast.To(rooms);

    /// <summary>Everyone else in a room: as <see cref="To"/>.</summary>
    /// <param name="rooms">The rooms' names.</param>
    public BroadcastOperator In(params string[] rooms) => Broadcast.To(rooms);

    /// <summary>Everyone else who is not in a room.</summary>
    /// <param name="rooms">The rooms' names.</param>
    public BroadcastOperator Except(params string[] rooms) => Broadcast.Except(rooms);

    /// <summary>The client, with another wait for its answer than <see cref="SocketIOOptions.AckTimeout"/>.</summary>
    /// <param name="timeout">How long at most; infinite: until it disconnects.</param>
    public SocketOperator Timeout(TimeSpan timeout) => new(this, new EmitFlags { Timeout = timeout });

    /// <summary>The client, with or without compression where it was agreed on.</summary>
    /// <param name="compress">Whether to compress.</param>
    public SocketOperator Compress(bool compress) => new(this, new EmitFlags { Uncompressed = !compress });

    /// <summary>Emits an event to the client. It waits while too much is waiting for the client already.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="arguments">Its arguments, written as JSON by their types; bytes become attachments.</param>
    /// <exception cref="ArgumentException">The name is one of Socket.IO's own.</exception>
    public ValueTask EmitAsync(string name, params ReadOnlySpan<object?> arguments) => EmitAsync(Namespace.Write(name, arguments), default);

    /// <summary>Emits an event with one argument; otherwise as <see cref="EmitAsync(string, ReadOnlySpan{object?})"/>.</summary>
    /// <typeparam name="T">The argument's type; an array is one argument.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="argument">The argument.</param>
    public ValueTask EmitAsync<T>(string name, T argument) => EmitAsync(name, [argument]);

    /// <summary>Emits the event <c>message</c>.</summary>
    /// <param name="arguments">Its arguments.</param>
    public ValueTask SendAsync(params ReadOnlySpan<object?> arguments) => EmitAsync("message", arguments);

    /// <summary>Emits an event, and waits for the client's answer.</summary>
    /// <typeparam name="T">What the answer's first argument is read as; the default if it has none.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="TimeoutException">The client did not answer in time.</exception>
    /// <exception cref="SocketDisconnectedException">The client went away, or was away already.</exception>
    /// <exception cref="System.Text.Json.JsonException">The answer does not fit.</exception>
    public Task<T?> EmitWithAckAsync<T>(string name, params ReadOnlySpan<object?> arguments) => AskAsync<T>(Namespace.Write(name, arguments), default);

    internal ValueTask EmitAsync(EventData data, EmitFlags flags)
    {
        if (_state is not (State.Connected or State.Connecting) || Session is null)
            return default;
        if (flags.Volatile)
        {
            if (Wire.IsWritable)
                Wire.TrySend(ToMessage(data, flags));
            return default;
        }

        // Its own room's history keeps it for the case that the client goes away.
        if (Namespace.IsTracked)
            return AsTask(Namespace.Graph.PublishAsync(Namespace.Names.Of(Id), flags.Mark(data).ToRequest()));
        return Send(Pack(flags.Mark(data), id: null), data);

        static async ValueTask AsTask(ValueTask<StreamPosition?> publishing) => await publishing.ConfigureAwait(false);
    }

    internal Task<T?> AskAsync<T>(EventData data, EmitFlags flags)
    {
        long id = Namespace.NextAckId();
        var options = Namespace.Server.Options;
        var pending = new AckWaiter<T>(this, id, flags.Timeout ?? options.AckTimeout, Namespace.Server.Time);
        if (!Expect(id, pending))
            return pending.Task;
        var messages = Pack(flags.Mark(data), id);
        if (flags.Volatile && !Wire.IsWritable)
            return pending.Task;
        var sending = Send(messages, data);
        return sending.IsCompletedSuccessfully ? pending.Task : AfterAsync(sending, pending.Task);

        static async Task<T?> AfterAsync(ValueTask sending, Task<T?> answer)
        {
            await sending.ConfigureAwait(false);
            return await answer.ConfigureAwait(false);
        }
    }

    /// <summary>Notes that an answer is waited for.</summary>
    /// <returns>False if none will come: that has been told.</returns>
    internal bool Expect(long id, PendingAck pending)
    {
        bool full = false;
        lock (_gate)
        {
            if (_state == State.Connected)
            {
                _acks ??= [];
                full = _acks.Count >= Namespace.Server.Options.MaxPendingAcks;
                if (!full)
                {
                    _acks.Add(id, pending);
                    return true;
                }
            }
        }

        pending.Fail(full ? new InvalidOperationException("Too many answers of the client are waited for.") : new SocketDisconnectedException());
        return false;
    }

    internal void Forget(long id)
    {
        lock (_gate)
            _acks?.Remove(id);
    }

    /// <summary>An answer of the client. One that nobody waits for is dropped.</summary>
    internal void TakeAck(long id, ReadOnlyMemory<byte> data, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        PendingAck? pending = null;
        lock (_gate)
            _acks?.Remove(id, out pending);
        pending?.Take(new SocketEvent("", Namespace.Json, data, attachments, skip: 0, ack: null));
    }

    /// <summary>Answers the client.</summary>
    internal void Answer(long id, ReadOnlySpan<object?> arguments)
    {
        if (_state != State.Connected)
            return;
        // Most answers are one packet for one client, which needs no memory of its own.
        using (var buffer = PacketBuffer.Rent())
        {
            buffer.Writer.Write("4"u8);
            SocketPacket.WriteHead(buffer.Writer, SocketPacketType.Ack, Namespace.Utf8.Span, id);
            int head = buffer.Writer.WrittenCount;
            var attachments = Namespace.Json.Write(buffer.Writer, arguments);
            var packet = buffer.Writer.WrittenSpan;
            if (attachments.Count == 0 && _client.Link.TrySendText(packet))
                return;
            SendAnswer(id, new EventData("", packet[head..].ToArray(), arguments.Length, attachments));
        }
    }

    private void SendAnswer(long id, EventData answer)
    {
        using var buffer = PacketBuffer.Rent();
        answer.WriteAck(buffer.Writer, Namespace.Utf8.Span, id);
        EngineMessage[] messages = [EngineMessage.Text(buffer.Writer.WrittenMemory), .. answer.Attachments.Select(a => EngineMessage.Binary(a))];
        if (!_client.Link.TrySend(messages))
            // Counted as a handler that runs: a client that asks and does not read is no longer read from.
            _ = RunAsync([_client.SendAsync(messages).AsTask()]);
    }

    /// <summary>Sends an event that many get, of whom each answers. Whoever has no room for it is too slow.</summary>
    internal void Send(EngineMessage[] messages, EmitFlags flags)
    {
        if ((!flags.Volatile || Wire.IsWritable) && !_client.Link.TrySend(messages) && !flags.Volatile)
            Wire.Close(SessionClose.TooSlow.Code, SessionClose.TooSlow.Message);
    }

    private ValueTask Send(EngineMessage[] messages, EventData data)
    {
        Outgoing?.Tell(data);
        var sending = _client.SendAsync(messages);
        return sending.IsCompletedSuccessfully ? default : AsTask(sending);

        static async ValueTask AsTask(ValueTask<bool> sending) => await sending.ConfigureAwait(false);
    }

    private EngineMessage[] Pack(EventData data, long? id) => Namespace.Pack(data, id);

    private static OutgoingMessage ToMessage(EventData data, EmitFlags flags)
    {
        var request = flags.Mark(data).ToRequest();
        return new OutgoingMessage(request.Type, request.Payload) { Original = request.Original };
    }

    private void FailAcks()
    {
        Dictionary<long, PendingAck>? acks;
        lock (_gate)
        {
            acks = _acks;
            _acks = null;
        }

        foreach (var (_, pending) in acks ?? [])
            pending.Fail(new SocketDisconnectedException());
    }
}
