using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;

namespace Hutong.Rooms;

/// <summary>A room as the application's code sees it: a name to publish in. See <see cref="IRooms.Room"/>.</summary>
public readonly struct Room
{
    private readonly IRooms _rooms;

    internal Room(IRooms rooms, string name)
    {
        _rooms = rooms;
        Name = name;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Publishes in the room.</summary>
    /// <param name="type">The type.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="key">See <see cref="Publication.Key"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; it may have been published.</param>
    /// <returns>Its position; null if the room keeps no history.</returns>
    /// <exception cref="ArgumentException">No pattern matches the room's name.</exception>
    public ValueTask<StreamPosition?> PublishAsync(string type, Payload payload = default, string? key = null, CancellationToken cancellationToken = default) =>
        _rooms.PublishAsync(Name, new PublishRequest(type, payload) { Key = key }, cancellationToken);

    /// <summary>Publishes a value as JSON; otherwise as <see cref="PublishAsync(string, Payload, string?, CancellationToken)"/>.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="type">The type.</param>
    /// <param name="value">The value.</param>
    /// <param name="json">How it is written.</param>
    /// <param name="key">See <see cref="Publication.Key"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<StreamPosition?> PublishAsync<T>(string type, T value, JsonTypeInfo<T> json, string? key = null, CancellationToken cancellationToken = default) =>
        PublishAsync(type, Payload.From(value, json), key, cancellationToken);

    /// <summary>Publishes a value as JSON by the web's conventions; otherwise as <see cref="PublishAsync(string, Payload, string?, CancellationToken)"/>.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="type">The type.</param>
    /// <param name="value">The value.</param>
    /// <param name="key">See <see cref="Publication.Key"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [RequiresUnreferencedCode("Serializes by reflection: pass a JsonTypeInfo where code is trimmed or compiled ahead of time.")]
    [RequiresDynamicCode("Serializes by reflection: pass a JsonTypeInfo where code is trimmed or compiled ahead of time.")]
    public ValueTask<StreamPosition?> PublishAsync<T>(string type, T value, string? key = null, CancellationToken cancellationToken = default) =>
        PublishAsync(type, Payload.From(value), key, cancellationToken);
}
