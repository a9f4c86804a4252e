using System.Collections.Concurrent;
using System.Net.WebSockets;

namespace AspNetCoreEcho;

/// <summary>Sends to all sockets at once. A WebSocket takes one send at a time, hence a semaphore for each.</summary>
internal sealed class Broadcast
{
    private readonly ConcurrentDictionary<Receiver, bool> _receivers = new();

    public Receiver Add(WebSocket socket)
    {
        var receiver = new Receiver(this, socket);
        _receivers[receiver] = true;
        return receiver;
    }

    /// <summary>Starts every send before it waits for any; most complete at once.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> payload, WebSocketMessageType type)
    {
        List<Task>? waiting = null;
        foreach (var (receiver, _) in _receivers)
        {
            var send = receiver.SendAsync(payload, type);
            if (!send.IsCompletedSuccessfully)
                (waiting ??= []).Add(send.AsTask());
        }

        if (waiting is not null)
            await Task.WhenAll(waiting);
    }

    internal sealed class Receiver(Broadcast owner, WebSocket socket) : IDisposable
    {
        // Never asked for its wait handle, so there is nothing to dispose of; a broadcast may still hold it.
        private readonly SemaphoreSlim _turn = new(1, 1);

        public async ValueTask SendAsync(ReadOnlyMemory<byte> payload, WebSocketMessageType type)
        {
            await _turn.WaitAsync();
            try
            {
                if (socket.State == WebSocketState.Open)
                    await socket.SendAsync(payload, type, endOfMessage: true, CancellationToken.None);
            }
            catch (WebSocketException)
            {
                // That receiver has left: its own reader finds out.
            }
            finally
            {
                _turn.Release();
            }
        }

        public void Dispose() => owner._receivers.TryRemove(this, out _);
    }
}
