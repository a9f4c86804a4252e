using System.Diagnostics;
using Hutong.Connections;
using Hutong.Connections.Internal;
using Microsoft.Extensions.Logging;

namespace Hutong.Server.Internal;

/// <summary>
/// A connection of an endpoint, from its handshake to its end: it ends when the connection has and the handler has returned, whichever is later. All that the server
/// keeps of a connection that only has callbacks is this object and the copy of its request.
/// </summary>
internal sealed class ServedConnection(WebSocketEndpoint endpoint, WebSocketConnection connection, WebSocketRequest request, string route)
    : IConnectionOwner, IThreadPoolWorkItem
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private TaskCompletionSource? _done;
    private Activity? _activity;
    private Exception? _thrown;
    private CloseResult? _result;
    private int _open = 2;

    /// <summary>Ends when it is over. To be asked for before the start.</summary>
    public Task Done => (_done ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private ServerState Server => endpoint.Server;

    /// <summary>Runs the handler. A place was taken for the connection.</summary>
    /// <param name="parent">The trace that the handshake belongs to.</param>
    public void Start(ActivityContext parent)
    {
        ServerTelemetry.Opened(route);
        // The id of a connection that came by the shortcut is made when it is asked for.
        if (Server.Log.IsEnabled(LogLevel.Debug))
            ServerLog.Opened(Server.Log, request.Id, request.Path, request.RemoteEndPoint, connection.Subprotocol);
        connection.Owner = this;
        Server.Add(connection, endpoint.IsSentAway);
        _ = HandleAsync(parent);
    }

    void IConnectionOwner.OnEnded(CloseResult result)
    {
        _result = result;
        Release();
    }

    void IThreadPoolWorkItem.Execute() => _ = EndAsync();

    /// <summary>Whether code of the app's is called at the end, which has no place on an event loop: a log, a trace, services, whoever waits.</summary>
    private bool ConcernsTheApp =>
        _thrown is not null || _activity is not null || _done is not null || request.HasScope || _result!.Error is not null || Server.Log.IsEnabled(LogLevel.Debug);

    private async Task HandleAsync(ActivityContext parent)
    {
        // Current for the handler, and for nobody else once it waits.
        _activity = ServerTelemetry.Activities.StartActivity("websocket", ActivityKind.Server, parent);
        _activity?.SetTag("http.route", route);
        _activity?.SetTag("network.protocol.name", "websocket");
        _thrown = await endpoint.RunHandlerAsync(connection, request).ConfigureAwait(false);
        Release();
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _open) != 0)
            return;
        if (ConcernsTheApp)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        else
            _ = EndAsync();
    }

    private async Task EndAsync()
    {
        try
        {
            Report(_result!);
        }
        finally
        {
            await DisposeScopeAsync().ConfigureAwait(false);
            Server.Remove(connection, endpoint.IsSentAway);
            Server.Leave();
            _done?.TrySetResult();
        }
    }

    private void Report(CloseResult result)
    {
        // A stream that a handler sends without waiting for it fails unheard, too.
        if (result.Error is { Code: "handler_failed" or "stream_failed" } failed)
            _thrown ??= failed.Exception;
        if (_thrown is not null)
            ServerLog.HandlerFailed(Server.Log, _thrown, request.Id, request.Path);
        // The peer's code and reason are its own words; the line has the code only.
        if (Server.Log.IsEnabled(LogLevel.Debug))
            ServerLog.Closed(Server.Log, request.Id, (int)result.Code, result.WasClean, result.Error?.Code);
        ServerTelemetry.Closed(route, Stopwatch.GetElapsedTime(_began), (int)result.Code, result.Error?.Code);
        _activity?.SetTag("hutong.close_code", (int)result.Code);
        if (result.Error is { } error)
            _activity?.SetStatus(ActivityStatusCode.Error, error.Code);
        _activity?.Dispose();
    }

    private async Task DisposeScopeAsync()
    {
        try
        {
            await request.DisposeScopeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ServerLog.HandlerFailed(Server.Log, e, request.Id, request.Path);
        }
    }
}
