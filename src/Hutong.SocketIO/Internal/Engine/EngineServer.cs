using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using System.Security.Cryptography;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Server;
using Hutong.Server.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutong.SocketIO.Internal.Engine;

/// <summary>The Engine.IO sessions of one mapped address, and the requests that open and serve them.</summary>
internal sealed partial class EngineServer
{
    /// <summary>How long a session's id is: 120 bits as base64 of URLs.</summary>
    public const int IdLength = 20;

    private const int IdSize = 15;

    private readonly ConcurrentDictionary<string, EngineSocket> _sockets = new(StringComparer.Ordinal);
    private readonly Func<EngineSocket, ValueTask> _onOpen;
    private readonly Func<ClaimsPrincipal, string?> _userId;
    private readonly EngineCors _cors;
    private readonly WebSocketEndpoint _webSockets;
    private readonly OpenPacket _openPolling;
    private readonly OpenPacket _openWebSocket;
    private readonly long _began;
    private readonly bool _polls;
    private readonly bool _opensWebSockets;

    /// <summary>Makes a server.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="pattern">The route, for metrics.</param>
    /// <param name="options">How it behaves. Validated here.</param>
    /// <param name="onOpen">Sets <see cref="EngineSocket.Sink"/>; messages of the client are delivered when the task has ended.</param>
    /// <param name="userId">The id of a user, to whom sessions that poll are bound; null for the usual claims.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public EngineServer(
        IServiceProvider services, string pattern, EngineOptions options, Func<EngineSocket, ValueTask> onOpen, Func<ClaimsPrincipal, string?>? userId = null)
    {
        options.Validate();
        Options = options;
        Server = ServerState.For(services);
        Log = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger(EngineLog.Category);
        _began = options.TimeProvider.GetTimestamp();
        _onOpen = onOpen;
        _userId = userId ?? (static user => user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.FindFirst("sub")?.Value ?? user.Identity?.Name);
        _cors = new EngineCors(options);
        _polls = options.Transports.Contains(EngineTransport.Polling);
        _opensWebSockets = options.Transports.Contains(EngineTransport.WebSocket);
        _openPolling = new OpenPacket(options, options.AllowUpgrades && _opensWebSockets);
        _openWebSocket = new OpenPacket(options, upgrades: false);
        _webSockets = new WebSocketEndpoint(Server, pattern, ToWebSocket(options), ServeWebSocketAsync) { IsSentAway = true };
        services.GetService<IHostApplicationLifetime>()?.ApplicationStopping.Register(CloseAll);
    }

    public EngineOptions Options { get; }

    public ServerState Server { get; }

    public ILogger Log { get; }

    /// <summary>The time since the server was made, by which sessions count.</summary>
    public TimeSpan Now => Options.TimeProvider.GetElapsedTime(_began);

    /// <summary>How many sessions there are.</summary>
    public int Count => _sockets.Count;

    /// <summary>Serves any request at the address: polls, handshakes of WebSockets, preflights.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (!await _cors.AllowsAsync(context).ConfigureAwait(false))
        {
            await RefuseAsync(context, EngineRequestError.Forbidden).ConfigureAwait(false);
            return;
        }

        bool isWebSocket = IsWebSocket(context);
        if (!isWebSocket)
            _cors.Apply(context);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            _cors.Answer(context);
            return;
        }

        var error = Check(context, isWebSocket, out var socket);
        if (error is null && socket is null && Options.AllowRequest is { } allow && !await allow(context).ConfigureAwait(false))
            error = EngineRequestError.Forbidden;
        if (error is not null)
            await RefuseAsync(context, error).ConfigureAwait(false);
        else if (isWebSocket)
            await _webSockets.HandleAsync(context).ConfigureAwait(false);
        else if (socket is null)
            await OpenPollingAsync(context).ConfigureAwait(false);
        else if (HttpMethods.IsGet(context.Request.Method))
            await PollAsync(context, socket).ConfigureAwait(false);
        else
            await PostAsync(context, socket).ConfigureAwait(false);
    }

    /// <summary>A session is over.</summary>
    public void Remove(EngineSocket socket) => _sockets.TryRemove(new(socket.Id, socket));

    private static WebSocketEndpointOptions ToWebSocket(EngineOptions options) => new()
    {
        // They have been judged before, where the answer is one of Engine.IO's.
        AllowedOrigins = ["*"],
        Extensions = options.PerMessageDeflate is { } deflate ? [new PerMessageDeflate(deflate)] : [],
        Connection = new ConnectionOptions
        {
            MaxMessageSize = options.MaxPayload,
            SendQueueLimit = options.QueueLimit,
            SendQueuePolicy = SendQueuePolicy.Wait,
            // The heartbeat is Engine.IO's own.
            KeepAliveInterval = TimeSpan.Zero,
            TimeProvider = options.TimeProvider,
        },
    };

    private static bool IsWebSocket(HttpContext context) =>
        context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" }
        || context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase);

    /// <summary>Judges a request by its query, in the order of the reference implementation.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isWebSocket">Whether it opens a WebSocket.</param>
    /// <param name="socket">The session that it names; null if it opens one.</param>
    private EngineRequestError? Check(HttpContext context, bool isWebSocket, out EngineSocket? socket)
    {
        socket = null;
        var query = context.Request.Query;
        bool webSocketAsked = query["transport"] == "websocket";
        if (!(webSocketAsked ? _opensWebSockets : _polls && query["transport"] == "polling"))
            return EngineRequestError.UnknownTransport;
        if (query["EIO"] != "4")
            return EngineRequestError.UnsupportedVersion;
        string method = context.Request.Method;
        bool isGet = HttpMethods.IsGet(method) || (isWebSocket && HttpMethods.IsConnect(method));
        if (!query.TryGetValue("sid", out var sid))
            return !isGet ? EngineRequestError.BadMethod : webSocketAsked != isWebSocket || query.ContainsKey("j") ? EngineRequestError.BadRequest : null;
        if (sid is not [{ Length: IdLength } id] || !TryFind(id, context.User, out socket))
            return EngineRequestError.UnknownSession;
        if (webSocketAsked != isWebSocket || query.ContainsKey("j") || !(isGet || HttpMethods.IsPost(method)))
            return EngineRequestError.BadRequest;
        return isWebSocket ? Options.AllowUpgrades ? null : EngineRequestError.BadRequest
            : socket.Transport == EngineTransport.Polling ? null : EngineRequestError.BadRequest;
    }

    /// <summary>The session of an id, for a user who is the same.</summary>
    private bool TryFind(string id, ClaimsPrincipal user, [NotNullWhen(true)] out EngineSocket? socket) =>
        // One on a WebSocket from the beginning has no user, and is served by nothing else.
        TryFind(id, out socket) && socket.User == UserIdOf(user);

    private bool TryFind(string id, [NotNullWhen(true)] out EngineSocket? socket)
    {
        if (!_sockets.TryGetValue(id, out socket))
            return false;
        socket.CatchUp();
        return _sockets.ContainsKey(id);
    }

    private string? UserIdOf(ClaimsPrincipal user) => user.Identity?.IsAuthenticated == true ? _userId(user) : null;

    private static string NewId()
    {
        Span<byte> bytes = stackalloc byte[IdSize];
        RandomNumberGenerator.Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Runs the handler of a new session.</summary>
    /// <returns>Whether it did not throw.</returns>
    private async ValueTask<bool> OpenAsync(EngineSocket socket)
    {
        EngineTelemetry.Opened(socket.Transport);
        if (EngineLog.IsEnabled(Log))
            EngineLog.Opened(Log, socket.Request.Id, socket.Transport);
        _sockets[socket.Id] = socket;
        try
        {
            await _onOpen(socket).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            EngineLog.CallbackFailed(Log, e, socket.Request.Id);
            socket.Close(EngineCloseReason.ForcedClose, "handler_failed");
            socket.Start();
            return false;
        }

        socket.Start();
        // It may have begun while the server began to go down.
        if (Server.IsStopping)
            socket.Close(EngineCloseReason.ServerShuttingDown);
        return true;
    }

    private Task RefuseAsync(HttpContext context, EngineRequestError error)
    {
        EngineTelemetry.Refused(error);
        EngineLog.Refused(Log, error.Status, error.Name);
        return error.WriteAsync(context);
    }

    private void CloseAll()
    {
        // First: whoever is let in at the same time finds out after the fact.
        Server.Stop();
        if (!_sockets.IsEmpty)
            EngineLog.ShuttingDown(Log, _sockets.Count);
        foreach (var (_, socket) in _sockets)
            socket.Close(EngineCloseReason.ServerShuttingDown);
    }
}
