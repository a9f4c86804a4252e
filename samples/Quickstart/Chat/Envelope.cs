using System.Text.Json;
using System.Text.Json.Serialization;

namespace Quickstart.Chat;

/// <summary>Every message, both ways.</summary>
internal sealed record Envelope<T>(string Type, T? Payload, string? Id = null, long? Timestamp = null);

/// <summary>Someone who is in the room.</summary>
internal sealed record Person(string Id, string Name);

internal sealed record Welcome(Person You, IReadOnlyList<Person> Users, IReadOnlyList<Said> Recent);

internal sealed record Presence(Person User, IReadOnlyList<Person> Users);

internal sealed record ChatMessage(Person From, string Content);

internal sealed record Typing(Person User);

internal sealed record ErrorInfo(string Code, string Message);

/// <summary>A message in the history.</summary>
internal sealed record Said(string Id, Person From, string Content, long Timestamp);

/// <summary>The messages' JSON, generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 16)]
[JsonSerializable(typeof(Envelope<JsonElement>))]
[JsonSerializable(typeof(Envelope<Welcome>))]
[JsonSerializable(typeof(Envelope<Presence>))]
[JsonSerializable(typeof(Envelope<ChatMessage>))]
[JsonSerializable(typeof(Envelope<Typing>))]
[JsonSerializable(typeof(Envelope<ErrorInfo>))]
internal sealed partial class ChatJson : JsonSerializerContext;
