using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>A connection that takes what it can get, and rises to a WebSocket when one can be had. Used in the mailbox.</summary>
internal sealed partial class FallbackSocket : ILinkSocket
{
    private readonly FallbackFactory _factory;
    private readonly LinkRequest _request;
    private readonly ILinkSocketUser _user;
    private readonly Queue<ClientTransportKind> _left;
    private readonly Mailbox _mailbox;
    private readonly Alarm _alarm;
    private volatile ILinkSocket? _carrier;
    private Attempt? _attempt;
    private ILinkSocket? _rising;
    private int _state;
    private TimeSpan _advice;

    public FallbackSocket(FallbackFactory factory, LinkRequest request, Mailbox mailbox, ILinkSocketUser user)
    {
        _factory = factory;
        _request = request;
        _user = user;
        _mailbox = mailbox;
        _left = factory.Order(request.Address);
        _alarm = new Alarm(factory.Time, mailbox);
    }

    public ReadyState ReadyState => (ReadyState)Volatile.Read(ref _state);

    public string Protocol => _carrier?.Protocol ?? "";

    public long BufferedAmount => _carrier?.BufferedAmount ?? 0;

    public long BytesReceived => _carrier?.BytesReceived ?? 0;

    public ClientTransportKind Transport => _carrier?.Transport ?? _factory.Fallback.Transports[0];

    public bool Send(ReadOnlyMemory<byte> data, bool isText) => ReadyState == ReadyState.Open && _carrier!.Send(data, isText);

    public bool Ping(Action answered) => ReadyState == ReadyState.Open && _carrier!.Ping(answered);

    public void Begin()
    {
        if (ReadyState == ReadyState.Connecting)
            Next(new ClientClose(1006, "", WasClean: false));
        else
            End(new ClientClose(1006, "", WasClean: false));
    }

    public void Close(int code, string reason)
    {
        if (ReadyState >= ReadyState.Closing)
            return;
        Volatile.Write(ref _state, (int)ReadyState.Closing);
        _left.Clear();
        Settle();
        _carrier?.Close(code, reason);
    }

    public void Abort()
    {
        _left.Clear();
        Settle();
        _alarm.End();
        _carrier?.Abort();
        Volatile.Write(ref _state, (int)ReadyState.Closed);
    }

    private void Next(ClientClose last)
    {
        _alarm.Clear();
        if (!_left.TryDequeue(out var transport))
        {
            End(last);
            return;
        }

        var attempt = _attempt = new Attempt(this, transport);
        try
        {
            _carrier = _factory.Open(transport, _request, attempt);
        }
        catch (Exception e)
        {
            _mailbox.Fail(e);
            End(new ClientClose(1006, "connect_failed", WasClean: false));
            return;
        }

        if (_left.Count > 0)
            _alarm.Set(_factory.Fallback.Patience, () => GiveUp(attempt, new ClientClose(1006, "connect_timeout", WasClean: false)));
    }

    private void GiveUp(Attempt attempt, ClientClose close)
    {
        if (attempt != _attempt)
            return;
        _attempt = null;
        _carrier?.Abort();
        Next(close);
    }

    private void OnOpened(ClientTransportKind transport)
    {
        // Closed meanwhile, and so is what carries it.
        if (ReadyState != ReadyState.Connecting)
            return;
        _left.Clear();
        _alarm.Clear();
        _advice = TimeSpan.Zero;
        Volatile.Write(ref _state, (int)ReadyState.Open);
        _factory.Remember(_request.Address, transport);
        if (transport != ClientTransportKind.WebSocket)
            RiseLater();
        _user.Opened();
    }

    private void OnClosed(Attempt attempt, ClientClose close, TimeSpan advice)
    {
        if (advice > _advice)
            _advice = advice;
        // A WebSocket may be refused by something on the way; HTTP that is refused is refused by the server, and not asked again by another way.
        if (ReadyState == ReadyState.Connecting && _left.Count > 0
            && (attempt.Transport == ClientTransportKind.WebSocket || Backoff.Judge(close.Code) == Verdict.Retry))
            GiveUp(attempt, close);
        else
            End(close);
    }

    private void End(ClientClose close)
    {
        _attempt = null;
        Settle();
        _alarm.End();
        _carrier = null;
        Volatile.Write(ref _state, (int)ReadyState.Closed);
        _user.Closed(close, _advice);
    }

    /// <summary>Passes on what a transport tells, as long as it is the one in use.</summary>
    private sealed class Attempt(FallbackSocket owner, ClientTransportKind transport) : ILinkSocketUser
    {
        public ClientTransportKind Transport => transport;

        private bool IsCurrent => owner._attempt == this;

        public void Opened()
        {
            if (IsCurrent)
                owner.OnOpened(transport);
        }

        public void Received(ClientMessage message)
        {
            if (IsCurrent)
                owner._user.Received(message);
        }

        public void Progressed()
        {
            if (IsCurrent)
                owner._user.Progressed();
        }

        public void Closed(ClientClose close, TimeSpan advice)
        {
            if (IsCurrent)
                owner.OnClosed(this, close, advice);
        }
    }
}
