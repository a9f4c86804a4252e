namespace Hutong.Client.Internal;

/// <summary>Who uses a link. Called in the mailbox.</summary>
internal interface ILinkUser
{
    void OnState(ClientStateChange change);

    void OnOpen(ClientOpened opened);

    void OnClose(ClientClose close);

    void OnError(ClientException error);

    void OnReconnectFailed(ReconnectFailure failure);

    /// <summary>Something came that is no answer to a probe.</summary>
    void Receive(ClientMessage message);

    /// <summary>Messages can flow, or can flow again.</summary>
    void Flow();

    /// <summary>They no longer can.</summary>
    void Halt();

    /// <summary>A function of the caller's threw.</summary>
    void Failed(Exception cause);
}
