using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>What one connection's users share: the link, the queue, the requests and the rooms.</summary>
internal sealed partial class ClientCore : ILinkUser
{
    private readonly WebSocketClientOptions _options;
    private readonly ILinkSocketFactory _factory;
    private readonly SendQueue _queue;
    private readonly Requests _requests;
    private readonly Link _link;
    private readonly Pacer? _pacer;
    private readonly Alarm? _pause;

    // Copied on change: whoever is told may come or go meanwhile.
    private IAudience[] _audience = [];
    private bool _flowing;
    private bool _held;
    private int _submitted;
    private long _submittedBytes;
    private volatile bool _ended;

    public ClientCore(Uri address, WebSocketClientOptions options, ILinkSocketFactory? factory = null)
    {
        Address = address;
        _options = options;
        Mailbox = new Mailbox(SynchronizationContext.Current, Failed);
        _factory = factory ?? SocketFactories.Create(options, Mailbox);
        _queue = new SendQueue(options.Queue);
        _requests = new Requests(options.TimeProvider, Mailbox, _queue.Remove);
        _link = new Link(address, options, Mailbox, _factory, this);
        if (options.Queue.Pace is not { } pace)
            return;
        _pacer = new Pacer(pace, options.TimeProvider);
        _pause = new Alarm(options.TimeProvider, Mailbox);
    }

    /// <summary>The address, without a token.</summary>
    public Uri Address { get; }

    public Mailbox Mailbox { get; }

    public WebSocketClientOptions Options => _options;

    public Link Link => _link;

    public bool HasEnded => _ended;

    public long BufferedAmount => _queue.Bytes + Volatile.Read(ref _submittedBytes) + (_link.Socket?.BufferedAmount ?? 0);

    public void Join(IAudience user) => _audience = [.. _audience, user];

    public void Leave(IAudience user) => _audience = [.. _audience.Where(u => u != user)];

    public void Connect() => Mailbox.Run(_link.Connect);

    public void Reconnect()
    {
        ThrowIfEnded();
        Mailbox.Run(_link.Start);
    }

    public void ThrowIfEnded()
    {
        if (_ended)
            throw Closed();
    }

    public Task CloseAsync(int code, string reason)
    {
        _ended = true;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Mailbox.Run(() =>
        {
            _link.Close(code, reason, () =>
            {
                _requests.Clear(Closed());
                _queue.Clear(Closed());
            });
            _pause?.End();
            ForgetRooms();
            _ = WaitAsync(done);
        });
        return done.Task;

        async Task WaitAsync(TaskCompletionSource source)
        {
            await _link.Ended!.ConfigureAwait(false);
            await _factory.CompleteAsync().ConfigureAwait(false);
            source.TrySetResult();
        }
    }

    public Sending Submit(Sending item, bool urgent)
    {
        if (_ended)
        {
            item.Drop(Closed());
            return item;
        }

        // What other threads give while something runs is bounded too.
        bool fits = Interlocked.Increment(ref _submitted) <= Math.Max(64, _options.Queue.MaxCount);
        fits &= Interlocked.Add(ref _submittedBytes, item.Size) <= Math.Max(item.Size, _options.Queue.MaxBytes);
        if (!fits && !Mailbox.IsMine)
        {
            Taken(item);
            item.Drop(new ClientException(ClientErrorCode.QueueFull, "Messages are given faster than they are taken."));
            return item;
        }

        Mailbox.Run(() =>
        {
            Taken(item);
            Take(item, urgent);
        });
        return item;
    }

    /// <summary>Makes a request. In the mailbox.</summary>
    public void Call(Request request, bool urgent)
    {
        if (_ended)
            request.Done(Closed(), null);
        else if (_requests.Count >= _options.MaxRequests)
            request.Done(new ClientException(ClientErrorCode.QueueFull, "Too many requests have no answer."), null);
        else if (_requests.Add(request))
            Take(request.Item, urgent);
    }

    /// <summary>Whether a message can be handed over now, past the queue; for streams. In the mailbox.</summary>
    public bool IsFlowing => _flowing && _link.Socket is { ReadyState: ReadyState.Open };

    public bool HasRoom => _queue.Count == 0 && _link.Socket is { } socket && socket.BufferedAmount < _options.Queue.HighWater;

    private static ClientException Closed() => new(ClientErrorCode.ClientClosed, "The client was closed.");

    private void Taken(Sending item)
    {
        Interlocked.Decrement(ref _submitted);
        Interlocked.Add(ref _submittedBytes, -item.Size);
    }

    private void Take(Sending item, bool urgent)
    {
        if (_ended)
        {
            item.Drop(Closed());
        }
        else if (!urgent)
        {
            _queue.Push(item);
            Flush();
        }
        else if (_link.State == ClientState.Open)
        {
            if (!Hand(item))
                item.Drop(new ClientException(ClientErrorCode.NotOpen, "The connection takes no more."));
        }
        else
        {
            item.Drop(new ClientException(ClientErrorCode.NotOpen, "There is no open connection."));
        }
    }

    /// <summary>Hands a message to the connection, or drops what this one never takes.</summary>
    /// <returns>False if the connection takes nothing now.</returns>
    private bool Hand(Sending item)
    {
        try
        {
            if (!_link.Transmit(item.Data, item.IsText))
                return false;
            item.Is(SendStatus.Sent);
        }
        catch (NotSupportedException e)
        {
            // Not every transport takes everything.
            item.Drop(new ClientException(ClientErrorCode.NotSendable, "The transport does not take such data.", e));
        }

        return true;
    }

    private void Flush()
    {
        _pause?.Clear();
        while (IsFlowing && _queue.Count > 0 && _link.Socket!.BufferedAmount < _options.Queue.HighWater)
        {
            if (_pacer?.Take() is { } wait && wait > TimeSpan.Zero)
            {
                _pause!.Set(wait, Flush);
                break;
            }

            var item = _queue.Shift()!;
            if (Hand(item))
                continue;
            // The connection has just begun to close: what comes next will know.
            _queue.Unshift([item]);
            break;
        }

        bool held = _held;
        _held = _queue.Count > 0;
        WakeStreams();
        if (held && !_held)
            Each(0, static (user, _) => user.TellDrained());
    }
}
