namespace Hutong.Client.Internal;

/// <summary>One of those who use a client's core, and what its listeners are told. Called in the mailbox; throws nothing.</summary>
internal interface IAudience
{
    void Tell(ClientStateChange change);

    void Tell(ClientOpened opened);

    void Tell(ClientClose close);

    void Tell(ClientException error);

    void Tell(ReconnectFailure failure);

    void TellDrained();

    void TellMessage(ClientMessage message);

    void TellUnknown(ClientMessage message);

    /// <summary>Hands on a message to the listeners to its type.</summary>
    /// <returns>Whether there was one.</returns>
    bool Deliver(ClientMessage message);
}
