using Hutong.Client.Internal;

namespace Hutong.Client;

/// <content>The four events, and who listens.</content>
public sealed partial class W3CWebSocket
{
    private Action<W3CEvent>? _onOpen;
    private Action<MessageEvent>? _onMessage;
    private Action<ErrorEvent>? _onError;
    private Action<CloseEvent>? _onClose;

    /// <summary>The connection is open. Add listeners with <c>+=</c>, take them away with <c>-=</c>; so with the others.</summary>
    public Action<W3CEvent>? OnOpen
    {
        get => _onOpen;
        set => Listen(ref _onOpen, value, EventKind.Open);
    }

    /// <summary>A message has come. Not after <see cref="Close"/>.</summary>
    public Action<MessageEvent>? OnMessage
    {
        get => _onMessage;
        set => Listen(ref _onMessage, value, EventKind.Message);
    }

    /// <summary>The connection could not be opened, or did not end as it should. The close event follows at once.</summary>
    public Action<ErrorEvent>? OnError
    {
        get => _onError;
        set => Listen(ref _onError, value, EventKind.Error);
    }

    /// <summary>The connection is over. Always exactly one.</summary>
    public Action<CloseEvent>? OnClose
    {
        get => _onClose;
        set => Listen(ref _onClose, value, EventKind.Close);
    }

    /// <summary>
    /// Takes what listeners throw, as a page's <c>window.onerror</c> does. If nobody listens, it is thrown on the synchronization context of the
    /// constructor; if there is none, it is written to the event source <c>Hutong-Client</c>.
    /// </summary>
    public Action<W3CWebSocket, Exception>? OnUnhandledException { get; set; }

    private void Listen<T>(ref T? slot, T? listener, EventKind kind)
        where T : class
    {
        slot = listener;
        if (listener is not null)
            _events.Attach(kind);
    }

    /// <summary>Calls the listeners of an event, each whatever the others do; or keeps the event for the first one. In the event's turn.</summary>
    private void Fire<T>(EventKind kind, Func<Action<T>?> listeners, T e, long size = 0)
        where T : W3CEvent
    {
        var all = listeners();
        if (all is null)
        {
            if (_events.TryKeep(kind, size, () => Fire(kind, listeners, e)))
                return;
            // Attached in between, or there were listeners and they went.
            all = listeners();
        }

        foreach (var listener in all?.GetInvocationList() ?? [])
        {
            try
            {
                ((Action<T>)listener)(e);
            }
            catch (Exception exception)
            {
                Report(exception);
            }
        }
    }

    private void Report(Exception exception)
    {
        try
        {
            if (OnUnhandledException is { } taker)
                taker(this, exception);
            else if (_events.Context is { } context)
                context.Post(static e => System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw((Exception)e!), exception);
            else
                ClientEvents.Log.ListenerFailed(exception.ToString());
        }
        catch (Exception e)
        {
            ClientEvents.Log.ListenerFailed(e.ToString());
        }
    }
}
