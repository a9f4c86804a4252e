using System.Buffers;
using Hutong.Connections;
using Hutong.SocketIO.Internal.Engine;
using Hutong.SocketIO.Protocol;

namespace Hutong.SocketIO;

/// <content>What comes from the client, over either transport: one packet at a time.</content>
public sealed partial class EngineSocket
{
    /// <summary>Reads the WebSocket that is the transport, until it ends.</summary>
    internal async Task ReadAsync(WebSocketConnection connection)
    {
        await foreach (var message in connection.ReadAllAsync().ConfigureAwait(false))
        {
            if (_state == EngineState.Closed)
                return;
            EnginePacket packet;
            if (!message.IsText)
            {
                packet = new EnginePacket(EnginePacketType.Message, message.Data, isBinary: true);
            }
            else if (!EnginePacket.TryRead(message.Data, out packet, out var error))
            {
                Close(EngineCloseReason.ParseError, error.Code);
                return;
            }

            var handled = HandleAsync(packet);
            if (!handled.IsCompletedSuccessfully)
                await handled.ConfigureAwait(false);
        }

        End(ReasonOf(connection), connection.Failure?.Code, EngineMessage.Close);
    }

    /// <summary>Handles the packets of a POST.</summary>
    /// <returns>Whether it was a payload, and the session took it.</returns>
    internal async ValueTask<bool> ReadAsync(Memory<byte> payload)
    {
        if (_state == EngineState.Closed)
            return false;
        var reader = new EnginePayloadReader(payload.Length);
        while (!reader.IsAtEnd && _state != EngineState.Closed)
        {
            if (reader.TryRead(payload, isFinal: true, out var packet, out int consumed) == OperationStatus.InvalidData)
            {
                Close(EngineCloseReason.ParseError, reader.Error!.Code);
                return false;
            }

            payload = payload[consumed..];
            await HandleAsync(packet).ConfigureAwait(false);
        }

        return true;
    }

    private ValueTask HandleAsync(in EnginePacket packet)
    {
        EngineTelemetry.Received(Transport);
        switch (packet.Type)
        {
            case EnginePacketType.Message:
                return DeliverAsync(packet);
            case EnginePacketType.Pong:
                OnPong();
                break;
            case EnginePacketType.Close:
                return EndByClientAsync();
            case EnginePacketType.Ping:
                Close(EngineCloseReason.TransportError, "ping_from_client");
                break;
            default:
                // The rest says nothing on a session that is open.
                break;
        }

        return default;
    }

    private async ValueTask EndByClientAsync()
    {
        // The GET that was sent before the POST that said so may come after it, by another connection.
        await WaitForPoll().WaitAsync(CrossingTime, _server.Options.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // The request that waits is let go without telling the client what it has said itself.
        End(EngineCloseReason.TransportClose, description: null, EngineMessage.Noop);
    }

    private ValueTask DeliverAsync(in EnginePacket packet)
    {
        ValueTask delivering;
        Volatile.Write(ref _delivering, 1);
        try
        {
            delivering = Sink.OnMessageAsync(this, packet.Data, packet.IsBinary);
        }
        catch (Exception e)
        {
            delivering = ValueTask.FromException(e);
        }

        if (!delivering.IsCompletedSuccessfully)
            return EndDeliveryAsync(delivering);
        Volatile.Write(ref _delivering, 0);
        return default;
    }

    private async ValueTask EndDeliveryAsync(ValueTask delivering)
    {
        try
        {
            await delivering.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            EngineLog.CallbackFailed(_server.Log, e, Request.Id);
            Close(EngineCloseReason.ForcedClose, "handler_failed");
        }
        finally
        {
            Volatile.Write(ref _delivering, 0);
        }
    }

    private static EngineCloseReason ReasonOf(WebSocketConnection connection) =>
        connection.Failure is { } failure && failure.Code != ConnectionError.ConnectionLost.Code ? EngineCloseReason.TransportError : EngineCloseReason.TransportClose;
}
