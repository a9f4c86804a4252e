using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hutong.Rooms.Internal;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <summary>A message of a client. Messages of one session are handled one after the other, in their order.</summary>
public sealed class MessageContext : SessionContext
{
    private readonly RoomGraph _graph;
    private readonly Func<MessageContext, ValueTask> _handler;
    private Envelope _envelope;

    internal MessageContext(RoomGraph graph, Session session, in Envelope envelope, Func<MessageContext, ValueTask> handler)
        : base(graph, session)
    {
        _graph = graph;
        _envelope = envelope;
        _handler = handler;
        Payload = Payload.View(envelope);
    }

    /// <summary>The message's type.</summary>
    public string Type => _envelope.Type;

    /// <summary>The message's id, by which it is answered; absent if the client wants no answer.</summary>
    public MessageId Id => _envelope.Id;

    /// <summary>The room that the message names, which the session is in; null if it names none.</summary>
    public string? Room => _envelope.Room;

    /// <summary>What the message carries. The bytes are valid until the handler's task ends.</summary>
    public Payload Payload { get; }

    /// <summary>The message as it came, in its dialect. The bytes are valid until the handler's task ends.</summary>
    public ReadOnlyMemory<byte> Raw => _envelope.Raw;

    internal Payload Answer { get; private set; }

    internal StreamPosition? Position { get; private set; }

    internal (string Code, string Message)? Refusal { get; private set; }

    internal override ValueTask InvokeAsync(RoomHandlers handlers) => _handler(this);

    /// <summary>Sets what the <c>ack</c> carries, which the client gets if its message has an id.</summary>
    /// <param name="payload">What it carries; JSON or nothing.</param>
    public void Reply(Payload payload) => Answer = payload;

    /// <summary>Answers with an <c>error</c> instead of an <c>ack</c>. A later message with the same id is handled anew.</summary>
    /// <param name="code">A stable name, in snake_case.</param>
    /// <param name="message">One sentence for people.</param>
    public void Refuse(string code, string? message = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(code);
        Refusal = (code, message ?? "");
    }

    /// <summary>
    /// Publishes in the message's room, as this session. The <c>ack</c> carries the position. A message with an id is published once, however
    /// often it is handled; beware of publishing twice in one handler.
    /// </summary>
    /// <param name="payload">What it carries; by default what the message carries.</param>
    /// <param name="type">Its type; by default the message's.</param>
    /// <param name="key">See <see cref="Publication.Key"/>; by default the message's.</param>
    /// <param name="exceptSender">Whether the session itself does not get it.</param>
    /// <returns>Its position; null if the room keeps no history.</returns>
    /// <exception cref="InvalidOperationException">The message names no room.</exception>
    public async ValueTask<StreamPosition?> PublishAsync(Payload? payload = null, string? type = null, string? key = null, bool exceptSender = false)
    {
        var request = new PublishRequest(type ?? Type, payload ?? Payload.Copy(_envelope))
        {
            Id = Id,
            Key = key ?? _envelope.Key,
            Sender = Session.Id,
            Except = exceptSender ? [Session.Id] : [],
            DedupeKey = _graph.Dedupe.KeyOf(Session, Id),
        };
        return Position = await _graph.PublishAsync(Room ?? throw new InvalidOperationException("The message names no room."), request, CancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Reads the message's content: its payload, or the whole message if it has none and came as JSON.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <param name="json">How it is read.</param>
    /// <exception cref="JsonException">It does not fit. Thrown out of a handler, it is answered with <c>invalid_payload</c>.</exception>
    public T Read<T>(JsonTypeInfo<T> json) => JsonSerializer.Deserialize(Content.Span, json) ?? throw Missing();

    /// <summary>Reads the message's content by the web's conventions; otherwise as <see cref="Read{T}(JsonTypeInfo{T})"/>.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <exception cref="JsonException">It does not fit.</exception>
    [RequiresUnreferencedCode("Deserializes by reflection: pass a JsonTypeInfo where code is trimmed or compiled ahead of time.")]
    [RequiresDynamicCode("Deserializes by reflection: pass a JsonTypeInfo where code is trimmed or compiled ahead of time.")]
    public T Read<T>() => JsonSerializer.Deserialize<T>(Content.Span, JsonSerializerOptions.Web) ?? throw Missing();

    private ReadOnlyMemory<byte> Content => Payload.Kind switch
    {
        PayloadKind.Json => Payload.Data,
        PayloadKind.None when _envelope.Raw.Span is [(byte)'{', ..] => _envelope.Raw,
        _ => throw new JsonException("The payload is not JSON."),
    };

    private static JsonException Missing() => new("The payload is null.");
}
