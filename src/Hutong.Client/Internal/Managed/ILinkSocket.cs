using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>What a client needs of a connection, whatever carries it. Used in the mailbox, but for the numbers.</summary>
internal interface ILinkSocket
{
    ReadyState ReadyState { get; }

    string Protocol { get; }

    long BufferedAmount { get; }

    /// <summary>Bytes that came so far, those of messages that are not complete among them.</summary>
    long BytesReceived { get; }

    ClientTransportKind Transport { get; }

    /// <summary>Sends a message; false if the connection takes none.</summary>
    /// <exception cref="NotSupportedException">It does not take such data.</exception>
    bool Send(ReadOnlyMemory<byte> data, bool isText);

    /// <summary>Sends a ping of the protocol; false if the transport has none.</summary>
    bool Ping(Action answered);

    /// <summary>Begins the closing handshake; without effect on one that is closing.</summary>
    void Close(int code, string reason);

    /// <summary>Ends it at once.</summary>
    void Abort();
}
