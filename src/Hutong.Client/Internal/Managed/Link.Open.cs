using System.Text.Json;

namespace Hutong.Client.Internal;

/// <content>From the first attempt to messages that flow.</content>
internal sealed partial class Link
{
    /// <summary>What a message means to the connection.</summary>
    /// <returns>Whether it means something.</returns>
    public bool Control(ClientMessage message)
    {
        var body = message.Content;
        switch (message.Type)
        {
            case "auth_success":
                if (_tokens is not null)
                {
                    _tokens.Retried = false;
                    _authenticated = true;
                    var expiresAt = ClientMessage.Time(ClientMessage.Field(body, "expiresAt"));
                    _tokens.Schedule(expiresAt, () => Refresh(expiresAt));
                }

                if (State == ClientState.Authenticating)
                    Flowing();
                return true;
            case "auth_fail":
                string reason = ClientMessage.String(body, "reason") ?? message.Type;
                // A refused refresh leaves what was authenticated before, until the server ends it.
                if (_authenticated)
                    Report(new ClientException(ClientErrorCode.AuthFailed, reason));
                else if (_tokens is not null)
                    Lost(new ClientClose(4401, reason, WasClean: true), TimeSpan.Zero);
                return true;
            case "drain":
                if (ClientMessage.Field(body, "after") is { ValueKind: JsonValueKind.Number } after && after.TryGetDouble(out double ms))
                    _notBefore = _time.GetUtcNow() + Backoff.Bounded(ms);
                return true;
            default:
                return false;
        }
    }

    private void Open()
    {
        int turn = ++_turn;
        bool fresh = _tokenIsStale;
        _tokenIsStale = false;
        Arm(_options.ConnectTimeout, () => GiveUp(ClientErrorCode.ConnectTimeout, "The connection could not be opened in time."));
        Enter(ClientState.Connecting);
        // A listener to the state may have closed the client.
        if (turn != _turn)
            return;
        if (_tokens is null)
        {
            Dial(null);
            return;
        }

        _tokens.Fetch(fresh, (token, error) =>
        {
            if (turn != _turn)
                return;
            if (token is not null)
                Dial(token);
            else
                GiveUp(ClientErrorCode.TokenFailed, "The token could not be fetched.", error);
        });
    }

    private void Dial(string? token)
    {
        var via = _tokens?.Via;
        try
        {
            var user = _socketUser = new SocketUser(this, via == TokenVia.Message ? token : null);
            var address = via == TokenVia.Parameter ? _tokens!.Address(_address, token!) : _address;
            Socket = _factory.Open(new LinkRequest(address, via == TokenVia.Header ? token : null), user);
        }
        catch (Exception e)
        {
            // What is thrown may name the address or a header, in which the token is.
            Fail(new ClientException(ClientErrorCode.ConnectFailed, "A connection could not even be tried.", _tokens is null ? e : null));
        }
    }

    private void OnSocketOpen(string? token)
    {
        if (token is null)
        {
            Flowing();
            return;
        }

        Arm(_options.ConnectTimeout, () => GiveUp(ClientErrorCode.AuthTimeout, "The token was not answered in time."));
        int turn = _turn;
        Guard(() => Transmit(_tokens!.Message(token), isText: true));
        if (turn == _turn)
            Enter(ClientState.Authenticating);
    }

    private void OnSocketMessage(ClientMessage message)
    {
        bool answers = false;
        int turn = _turn;
        Guard(() => answers = _heartbeat.Hear(message));
        if (!answers && turn == _turn)
            _user.Receive(message);
    }

    private void Flowing()
    {
        int turn = _turn;
        var opened = new ClientOpened(Socket!.Protocol, _wasOpen);
        _wasOpen = true;
        _openedAt = _time.GetTimestamp();
        _alarm.Clear();
        _heartbeat.Start();
        Enter(ClientState.Open);
        if (turn == _turn)
            _user.OnOpen(opened);
        if (turn == _turn)
            _user.Flow();
    }

    private void Refresh(DateTimeOffset? expiresAt)
    {
        int turn = _turn;
        _tokens!.Fetch(fresh: true, (token, error) =>
        {
            if (turn != _turn)
                return;
            if (token is not null)
            {
                Guard(() => Transmit(_tokens.Message(token), isText: true));
                return;
            }

            Report(new ClientException(ClientErrorCode.TokenFailed, "The token could not be fetched.", error));
            // Half of what is left, until nothing is.
            var left = expiresAt - _time.GetUtcNow();
            if (left > TimeSpan.FromSeconds(1) && turn == _turn)
                _tokens.Later(left.Value / 2, () => Refresh(expiresAt));
        });
    }
}
