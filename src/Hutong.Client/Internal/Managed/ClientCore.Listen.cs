namespace Hutong.Client.Internal;

/// <content>What the link tells, handed on to those who use it.</content>
internal sealed partial class ClientCore
{
    private bool _tellsOfFailure;

    void ILinkUser.OnState(ClientStateChange change) => Each(change, static (user, c) => user.Tell(c));

    void ILinkUser.OnOpen(ClientOpened opened)
    {
        RejoinRooms();
        Each(opened, static (user, o) => user.Tell(o));
    }

    void ILinkUser.OnClose(ClientClose close)
    {
        LoseRooms();
        Each(close, static (user, c) => user.Tell(c));
    }

    public void OnError(ClientException error) => Each(error, static (user, e) => user.Tell(e));

    void ILinkUser.OnReconnectFailed(ReconnectFailure failure) => Each(failure, static (user, f) => user.Tell(f));

    void ILinkUser.Flow()
    {
        _flowing = true;
        Flush();
    }

    void ILinkUser.Halt()
    {
        _flowing = false;
        WakeStreams();
        _queue.Unshift(_requests.Lost());
    }

    public void Failed(Exception cause)
    {
        // One that listens to errors and throws is not told of it again.
        if (_tellsOfFailure)
            return;
        _tellsOfFailure = true;
        try
        {
            _link.Report(new ClientException(ClientErrorCode.ListenerFailed, "A function of the caller's threw.", cause));
        }
        finally
        {
            _tellsOfFailure = false;
        }
    }

    void ILinkUser.Receive(ClientMessage message)
    {
        bool isAnswer = message.IsEnvelope && message.Type is "ack" or "error";
        if (isAnswer && _requests.Answer(message))
            return;
        Each(message, static (user, m) => user.TellMessage(m));
        // An answer that nobody waits for any more is nothing that was said in the room.
        if (message.IsEnvelope && !isAnswer && message.Room is { } room && DeliverToRoom(room, message))
            return;
        bool own = message.IsEnvelope && Control(message);
        bool heard = false;
        foreach (var user in _audience)
            heard |= user.Deliver(message);
        if (!heard && !own && message.IsEnvelope)
            Each(message, static (user, m) => user.TellUnknown(m));
    }

    private bool Control(ClientMessage message)
    {
        if (message.Type != "error")
            return _link.Control(message);
        _link.Report(Requests.ServerError(message));
        return true;
    }

    private void Each<T>(T what, Action<IAudience, T> tell)
    {
        foreach (var user in _audience)
            tell(user, what);
    }
}
