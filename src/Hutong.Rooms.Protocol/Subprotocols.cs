namespace Hutong.Rooms.Protocol;

/// <summary>The WebSocket subprotocols of the envelope. A client that names none speaks JSON.</summary>
public static class Subprotocols
{
    /// <summary>The JSON dialect.</summary>
    public const string Json = "hutong.v1.json";

    /// <summary>The binary dialect.</summary>
    public const string Binary = "hutong.v1.bin";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Json, Binary];
}
