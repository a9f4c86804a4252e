using System.Text.Json;

namespace Hutong.SocketIO.Protocol;

/// <summary>Names of events that stand for something of Socket.IO's own, and that nobody may emit.</summary>
public static class ReservedEvents
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> All { get; } = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

    /// <summary>Whether a name is reserved.</summary>
    /// <param name="name">The event's name.</param>
    public static bool Contains(string name) =>
        name is "connect" or "connect_error" or "disconnect" or "disconnecting" or "newListener" or "removeListener";

    /// <summary>Whether the string that a reader stands at is reserved.</summary>
    internal static bool IsAt(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("connect"u8) || reader.ValueTextEquals("connect_error"u8) || reader.ValueTextEquals("disconnect"u8)
        || reader.ValueTextEquals("disconnecting"u8) || reader.ValueTextEquals("newListener"u8) || reader.ValueTextEquals("removeListener"u8);
}
