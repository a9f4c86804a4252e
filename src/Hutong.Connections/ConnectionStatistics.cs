namespace Hutong.Connections;

/// <summary>What a connection has counted since it began.</summary>
/// <param name="MessagesReceived">Whole messages received.</param>
/// <param name="BytesReceived">Bytes received, frames' headers included.</param>
/// <param name="MessagesSent">Messages accepted for sending.</param>
/// <param name="BytesSent">Bytes accepted for sending, frames' headers included.</param>
/// <param name="MessagesDropped">Messages that were not accepted because the send queue was full.</param>
public readonly record struct ConnectionStatistics(
    long MessagesReceived, long BytesReceived, long MessagesSent, long BytesSent, long MessagesDropped);
