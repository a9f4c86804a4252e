using System.Text.Json;

namespace Hutong.SocketIO;

/// <summary>A socket as other nodes see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Rooms">The rooms that it is in.</param>
/// <param name="Data">Its <see cref="Socket.Data"/> as a JSON object; empty if that cannot be written.</param>
/// <param name="Address">Where its client is; null if unknown.</param>
/// <param name="Time">When it connected.</param>
public sealed record SocketSnapshot(string Id, IReadOnlyList<string> Rooms, ReadOnlyMemory<byte> Data, string? Address, DateTimeOffset Time)
{
    internal static SocketSnapshot Of(Socket socket)
    {
        ReadOnlyMemory<byte> data;
        try
        {
            data = socket.Namespace.Json.WriteObject(socket.Data);
        }
        catch (Exception e) when (e is NotSupportedException or JsonException or InvalidOperationException)
        {
            data = default;
        }

        return new(socket.Id, [.. socket.Rooms], data, socket.Handshake.Address?.ToString(), socket.Handshake.Time);
    }
}
