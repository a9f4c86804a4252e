using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hutong.Connections;
using Hutong.Protocol;

namespace Quickstart.Chat;

/// <summary>One room: who is in it, what was said last, and what happens to each message.</summary>
internal sealed class ChatRoom(TimeProvider? time = null)
{
    private const int HistorySize = 50;
    private const int MaxName = 32;
    private const int MaxContent = 2000;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly ConnectionGroup _members = [];
    private readonly Dictionary<WebSocketConnection, Person> _people = [];
    private readonly Queue<Said> _history = new();

    // Ids that others see are made from the ids that browsers keep, but lead nobody back to them.
    private readonly byte[] _idKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>Serves one connection for as long as it lives.</summary>
    public async Task TalkAsync(WebSocketConnection ws)
    {
        using var speech = new SpeechLimit();
        Person? me = null;
        try
        {
            await foreach (var message in ws.ReadAllAsync())
            {
                if (Parse(message) is not { } envelope)
                    Error(ws, id: null, "bad_message", "A message is a JSON object with a type.");
                else if (envelope.Type == "join")
                    me = Join(ws, envelope, me);
                else if (me is null)
                    Error(ws, envelope.Id, "not_joined", "Join with a name first.");
                else
                    Take(ws, me, envelope, speech);
            }
        }
        finally
        {
            if (me is not null)
                Leave(ws, me);
        }
    }

    private static Envelope<JsonElement>? Parse(Message message)
    {
        if (!message.IsText)
            return null;
        try
        {
            var envelope = JsonSerializer.Deserialize(message.Data.Span, ChatJson.Default.EnvelopeJsonElement);
            return envelope is { Type.Length: > 0, Id: null or { Length: <= 64 } } ? envelope : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(Envelope<JsonElement> envelope, string name, int maxLength)
    {
        try
        {
            if (envelope.Payload.ValueKind != JsonValueKind.Object || !envelope.Payload.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
                return null;
            string text = value.GetString()!.Trim();
            return text.Length >= 1 && text.Length <= maxLength ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, such as "\ud800": JSON, but no text.
            return null;
        }
    }

    private static PreparedMessage Prepare<T>(Envelope<T> envelope, JsonTypeInfo<Envelope<T>> json) =>
        PreparedMessage.Text(JsonSerializer.Serialize(envelope, json));

    private static void Error(WebSocketConnection ws, string? id, string code, string sentence) =>
        ws.TrySend(Prepare(new("error", new ErrorInfo(code, sentence), id), ChatJson.Default.EnvelopeErrorInfo));

    private Person? Join(WebSocketConnection ws, Envelope<JsonElement> envelope, Person? before)
    {
        if (before is not null)
        {
            Error(ws, envelope.Id, "already_joined", "This connection has joined.");
            return before;
        }

        if (Text(envelope, "name", MaxName) is not { } name)
        {
            Error(ws, envelope.Id, "bad_name", $"A name has 1 to {MaxName} characters.");
            _ = ws.CloseAsync(CloseCode.PolicyViolation, $"A name has 1 to {MaxName} characters.");
            return null;
        }

        var me = new Person(PublicId(Text(envelope, "clientId", 64)), name);
        lock (_lock)
        {
            _people[ws] = me;
            _members.Add(ws);
            ws.TrySend(Prepare(new("welcome", new Welcome(me, Everyone(), [.. _history]), Timestamp: Now()), ChatJson.Default.EnvelopeWelcome));
            Announce("user_join", me, except: ws);
        }

        return me;
    }

    private void Leave(WebSocketConnection ws, Person me)
    {
        lock (_lock)
        {
            _people.Remove(ws);
            _members.Remove(ws);
            Announce("user_leave", me, except: ws);
        }
    }

    private void Take(WebSocketConnection ws, Person me, Envelope<JsonElement> envelope, SpeechLimit speech)
    {
        switch (envelope.Type)
        {
            case "chat_message" when Text(envelope, "content", MaxContent) is not { } content:
                Error(ws, envelope.Id, "bad_content", $"A message has 1 to {MaxContent} characters.");
                break;
            case "chat_message" when !speech.TrySpeak():
                Error(ws, envelope.Id, "too_fast", "Too many messages: wait a moment.");
                break;
            case "chat_message":
                Say(ws, me, envelope.Id ?? Guid.NewGuid().ToString("n"), Text(envelope, "content", MaxContent)!);
                break;
            case "typing":
                _members.Broadcast(Prepare(new("typing", new Typing(me)), ChatJson.Default.EnvelopeTyping), except: ws);
                break;
            default:
                Error(ws, envelope.Id, "unknown_type", "There is no such type.");
                break;
        }
    }

    /// <summary>Says something to everyone. Under the lock, so that all see the same order, the history too.</summary>
    private void Say(WebSocketConnection ws, Person me, string id, string content)
    {
        lock (_lock)
        {
            // Sent again because its receipt was lost: give the receipt, say nothing twice.
            if (_history.FirstOrDefault(s => s.Id == id && s.From.Id == me.Id) is { } said)
            {
                ws.TrySend(Receipt(said));
                return;
            }

            said = new Said(id, me, content, Now());
            _history.Enqueue(said);
            if (_history.Count > HistorySize)
                _history.Dequeue();
            _members.Broadcast(Receipt(said));
        }
    }

    private static PreparedMessage Receipt(Said said) =>
        Prepare(new("chat_message", new ChatMessage(said.From, said.Content), said.Id, said.Timestamp), ChatJson.Default.EnvelopeChatMessage);

    private void Announce(string type, Person who, WebSocketConnection except) =>
        _members.Broadcast(Prepare(new(type, new Presence(who, Everyone()), Timestamp: Now()), ChatJson.Default.EnvelopePresence), except);

    private List<Person> Everyone() => [.. _people.Values.DistinctBy(p => p.Id, StringComparer.Ordinal).OrderBy(p => p.Name, StringComparer.Ordinal)];

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private string PublicId(string? clientId) =>
        clientId is null ? Guid.NewGuid().ToString("n") : Convert.ToHexStringLower(HMACSHA256.HashData(_idKey, Encoding.UTF8.GetBytes(clientId)))[..16];
}
