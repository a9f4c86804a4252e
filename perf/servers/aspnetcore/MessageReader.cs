using System.Buffers;
using System.Net.WebSockets;

namespace AspNetCoreEcho;

/// <summary>Reads whole messages into one pooled buffer, which starts at 4 KiB, grows with the messages and stays grown.</summary>
internal sealed class MessageReader(WebSocket socket) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(4096);

    /// <summary>The next message, valid until the next call; null when the peer closes.</summary>
    public async ValueTask<(ReadOnlyMemory<byte> Payload, WebSocketMessageType Type)?> ReadAsync()
    {
        int length = 0;
        while (true)
        {
            var result = await socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
                return null;
            length += result.Count;
            if (result.EndOfMessage)
                return (_buffer.AsMemory(0, length), result.MessageType);
            if (length == _buffer.Length)
                Grow();
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
