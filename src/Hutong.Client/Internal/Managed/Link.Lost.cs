namespace Hutong.Client.Internal;

/// <content>What follows the end of a connection.</content>
internal sealed partial class Link
{
    private void GiveUp(string code, string message, Exception? cause = null) =>
        Lost(new ClientClose(1006, code, WasClean: false), TimeSpan.Zero, new ClientException(code, message, cause));

    private void Fail(ClientException error)
    {
        Release();
        Drop();
        Error = error;
        int turn = _turn;
        Enter(ClientState.Failed);
        if (turn == _turn)
            _user.OnError(error);
    }

    private void Lost(ClientClose close, TimeSpan advice, ClientException? error = null)
    {
        var reconnect = _options.Reconnect;
        if (State == ClientState.Open && reconnect is not null && _time.GetElapsedTime(_openedAt) >= reconnect.ResetAfter)
            Attempt = 0;
        Detach();
        Drop(error is null ? 1000 : GivenUp);
        int turn = _turn;
        var verdict = Backoff.Judge(close.Code);
        bool again = verdict == Verdict.Auth && reconnect is not null && _tokens is { MayRetry: true };
        bool retries = reconnect is not null && (Decide(reconnect, close) ?? (reconnect.Always || again || verdict == Verdict.Retry));
        bool exhausted = retries && !again && Attempt >= reconnect!.Attempts;
        _tokenIsStale = again || close.Code == Backoff.AuthExpired;
        if (error is not null)
            Report(error);
        _user.OnClose(close with { Reconnects = retries && !exhausted });
        // A listener may have closed the client.
        if (turn != _turn)
            return;
        if (exhausted)
        {
            Fail(new ClientException(ClientErrorCode.ReconnectFailed, "The last attempt has failed.", error));
            if (turn + 1 == _turn)
                _user.OnReconnectFailed(new ReconnectFailure(Attempt, Error!));
        }
        else if (retries && again)
        {
            _tokens!.Retried = true;
            Open();
        }
        else if (retries)
        {
            Retry(reconnect!, close.Code, Max(Backoff.Advised(close.Reason), Backoff.Bounded(advice)));
        }
        else if (verdict == Verdict.End)
        {
            Release();
            Enter(ClientState.Closed);
        }
        else
        {
            string code = verdict switch { Verdict.Auth => ClientErrorCode.AuthFailed, Verdict.Refused => ClientErrorCode.Refused, _ => ClientErrorCode.ConnectionLost };
            Fail(new ClientException(code, $"{close.Code} {close.Reason}", error));
        }
    }

    private bool IsOnline => Ask(static e => e.IsOnline);

    private bool IsVisible => Ask(static e => e.IsVisible);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private bool? Decide(ReconnectOptions reconnect, ClientClose close)
    {
        bool? decision = null;
        if (reconnect.Decide is { } decide)
            Guard(() => decision = decide(close));
        return decision;
    }

    private bool Ask(Func<ClientEnvironment, bool> question)
    {
        bool answer = true;
        Guard(() => answer = question(_options.Environment));
        return answer;
    }

    private void Retry(ReconnectOptions reconnect, int code, TimeSpan advice)
    {
        var now = _time.GetUtcNow();
        if (advice > TimeSpan.Zero)
            _notBefore = now + advice;
        // An overloaded server is given the longest time at once. The jitter comes on top of any advice, or all who were told the same would
        // come at once.
        var delay = Backoff.Delay(code == Backoff.Overloaded ? 31 : Attempt, reconnect, _options.Random);
        var retryAt = (now > _notBefore ? now : _notBefore) + delay;
        Attempt++;
        if (!IsOnline)
        {
            Enter(ClientState.Offline);
        }
        else if (reconnect.PauseWhenHidden && !IsVisible)
        {
            Enter(ClientState.Waiting);
        }
        else
        {
            Arm(retryAt - now, Open);
            Enter(ClientState.Waiting, retryAt);
        }
    }

    private void Notice(EnvironmentChange what)
    {
        if (State == ClientState.Open)
        {
            if (what != EnvironmentChange.Hidden)
                Guard(_heartbeat.AskNow);
        }
        else if (!IsPausing)
        {
            return;
        }
        else if (what is EnvironmentChange.Offline or EnvironmentChange.Hidden)
        {
            if (what == EnvironmentChange.Hidden && _options.Reconnect is not { PauseWhenHidden: true })
                return;
            _alarm.Clear();
            Enter(what == EnvironmentChange.Offline ? ClientState.Offline : State);
        }
        else if (IsOnline)
        {
            // The server's advice stands, whoever is in a hurry.
            var wait = _notBefore - _time.GetUtcNow();
            if (wait <= TimeSpan.Zero)
            {
                Open();
                return;
            }

            Arm(wait, Open);
            Enter(ClientState.Waiting, _notBefore);
        }
    }
}
