// Echo and broadcast on ASP.NET Core's own WebSockets: what a careful user writes, with pooled buffers and no logging.
//   dotnet run -c Release --project perf/servers/aspnetcore -- --urls http://127.0.0.1:9001
using System.Net.WebSockets;
using AspNetCoreEcho;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.UseKestrelHttpsConfiguration();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
var app = builder.Build();
app.UseWebSockets();

var everyone = new Broadcast();
var accept = new WebSocketAcceptContext
{
    // Used only with clients that offer it.
    DangerousEnableCompression = true,
    DisableServerContextTakeover = true,
};

app.Map("/echo", (HttpContext context) => ServeAsync(context, static async socket =>
{
    using var reader = new MessageReader(socket);
    while (await reader.ReadAsync() is { } message)
        await socket.SendAsync(message.Payload, message.Type, endOfMessage: true, CancellationToken.None);
}));

app.Map("/b", (HttpContext context) => ServeAsync(context, async socket =>
{
    using var receiver = everyone.Add(socket);
    using var reader = new MessageReader(socket);
    while (await reader.ReadAsync() is { } message)
        await everyone.SendAsync(message.Payload, message.Type);
}));

app.Run();

async Task ServeAsync(HttpContext context, Func<WebSocket, Task> serve)
{
    if (!context.WebSockets.IsWebSocketRequest)
    {
        context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
        return;
    }

    using var socket = await context.WebSockets.AcceptWebSocketAsync(accept);
    try
    {
        await serve(socket);
        if (socket.State == WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.Empty, null, CancellationToken.None);
    }
    catch (WebSocketException)
    {
        // The peer has left without a closing handshake.
    }
}
