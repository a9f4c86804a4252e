using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hutong.Connections;
using Hutong.Server.Internal;
using Microsoft.AspNetCore.Builder;

namespace Hutong.Server;

/// <summary>A WebSocket server in one line, with Kestrel inside. In an app that has pages too, use <c>app.MapWebSocket</c>.</summary>
public sealed class WebSocketServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _cut = new();
    private readonly Lazy<Task> _stopped;

    private WebSocketServer(WebApplication app, Uri url, ConnectionGroup clients)
    {
        _app = app;
        Url = url;
        Clients = clients;
        _stopped = new Lazy<Task>(StopOnceAsync);
    }

    /// <summary>Where the server listens, with the port that it got.</summary>
    public Uri Url { get; }

    /// <summary>Who is connected.</summary>
    public ConnectionGroup Clients { get; }

    /// <summary>
    /// Starts a server. The handler runs once for each connection; what its return means is said at <c>MapWebSocket</c>.
    /// </summary>
    /// <param name="url">
    /// Where to listen: <c>ws://localhost:8080</c>, <c>ws://*:8080</c>, <c>wss://0.0.0.0:443/chat</c>. Port 0 takes a free one. Without a path,
    /// every path is served.
    /// </param>
    /// <param name="handler">What to do with a connection.</param>
    /// <param name="options">How the server behaves; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ArgumentException">The address or the options are not valid, or <c>wss</c> has no certificate.</exception>
    /// <exception cref="IOException">The address is taken.</exception>
    [OverloadResolutionPriority(1)]
    public static Task<WebSocketServer> StartAsync(
        string url, Func<WebSocketConnection, Task> handler, WebSocketServerOptions? options = null, CancellationToken cancellationToken = default) =>
        StartAsync(url, (connection, _) => handler(connection), options, cancellationToken);

    /// <inheritdoc cref="StartAsync(string, Func{WebSocketConnection, Task}, WebSocketServerOptions?, CancellationToken)"/>
    public static Task<WebSocketServer> StartAsync(
        string url, Func<WebSocketConnection, ValueTask> handler, WebSocketServerOptions? options = null, CancellationToken cancellationToken = default) =>
        StartAsync(url, (connection, _) => handler(connection).AsTask(), options, cancellationToken);

    /// <inheritdoc cref="StartAsync(string, Func{WebSocketConnection, Task}, WebSocketServerOptions?, CancellationToken)"/>
    public static async Task<WebSocketServer> StartAsync(
        string url,
        Func<WebSocketConnection, WebSocketRequest, Task> handler,
        WebSocketServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(handler);
        options ??= new WebSocketServerOptions();
        options.Validate();
        var address = ListenAddress.Parse(url, options.Certificate is not null);
        var clients = new ConnectionGroup();
        var app = StandaloneHost.Build(address, options);
        try
        {
            StandaloneHost.Map(app, address, options, (connection, request) =>
            {
                clients.Add(connection);
                return handler(connection, request);
            });
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new WebSocketServer(app, address.WithPortOf(app.Urls), clients);
    }

    /// <summary>
    /// Sends a text to every client, encoded once, and waits until each has room for it. Clients that close meanwhile are left out. To send
    /// without waiting for slow ones, use <see cref="ConnectionGroup.Broadcast(string, WebSocketConnection?)"/> of <see cref="Clients"/>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Stops waiting: some may not get it then.</param>
    public Task BroadcastAsync(string text, CancellationToken cancellationToken = default) =>
        BroadcastAsync(PreparedMessage.Text(text), cancellationToken);

    /// <summary>Sends a message to every client; otherwise as <see cref="BroadcastAsync(string, CancellationToken)"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting: some may not get it then.</param>
    public async Task BroadcastAsync(PreparedMessage message, CancellationToken cancellationToken = default)
    {
        List<Task>? slow = null;
        foreach (var client in Clients)
        {
            var sending = client.SendAsync(message, cancellationToken);
            if (!sending.IsCompletedSuccessfully)
                (slow ??= []).Add(IgnoreClosedAsync(sending));
        }

        if (slow is not null)
            await Task.WhenAll(slow).ConfigureAwait(false);
    }

    /// <summary>Waits for Ctrl+C or SIGTERM, then stops.</summary>
    /// <param name="cancellationToken">Stops the server as a signal would.</param>
    public async Task WaitForShutdownAsync(CancellationToken cancellationToken = default)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            asked.TrySetResult();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        await using var cancelled = cancellationToken.Register(() => asked.TrySetResult()).ConfigureAwait(false);
        await asked.Task.ConfigureAwait(false);
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>
    /// Stops: no new connections, 1001 to every client, and what has not closed within the shutdown timeout is cut. Repeated calls wait
    /// for the same end.
    /// </summary>
    /// <param name="cancellationToken">Cuts at once.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await using var cutting = cancellationToken.UnsafeRegister(static cut => ((CancellationTokenSource)cut!).Cancel(), _cut).ConfigureAwait(false);
        await _stopped.Value.ConfigureAwait(false);
    }

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task StopOnceAsync()
    {
        try
        {
            await _app.StopAsync(_cut.Token).ConfigureAwait(false);
        }
        finally
        {
            await _app.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task IgnoreClosedAsync(ValueTask sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (ConnectionClosedException)
        {
            // It left; the others are no worse for it.
        }
    }
}
