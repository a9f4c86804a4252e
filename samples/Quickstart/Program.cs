// Two windows talk: a page at / and a WebSocket at /chat, on one port.
using Hutong.Connections;
using Hutong.Server;
using Microsoft.AspNetCore.HttpOverrides;
using Quickstart.Chat;

const string DefaultUrl = "http://localhost:5080";

// The page is found wherever the program is started from.
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (builder.Configuration["urls"] is null)
    builder.WebHost.UseUrls(DefaultUrl);
builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
builder.Services.AddHutong();
// Behind a proxy on the same machine that ends TLS, the page's origin is the proxy's.
builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
    forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost);
builder.Services.AddSingleton<ChatRoom>();

var app = builder.Build();
app.UseForwardedHeaders();
app.Use((context, next) =>
{
    var headers = context.Response.Headers;
    headers.ContentSecurityPolicy =
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    headers.XContentTypeOptions = "nosniff";
    headers["Referrer-Policy"] = "no-referrer";
    return next(context);
});
app.UseDefaultFiles();
app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache" });

var room = app.Services.GetRequiredService<ChatRoom>();
app.MapWebSocket("/chat", room.TalkAsync, new WebSocketEndpointOptions
{
    Connection = new ConnectionOptions
    {
        MaxMessageSize = 64 * 1024,
        SendQueuePolicy = SendQueuePolicy.Disconnect,
        AnswerHeartbeats = true,
    },
});

try
{
    await app.StartAsync();
}
catch (IOException e)
{
    Console.Error.WriteLine($"Could not start: {e.Message} Choose another address with --urls.");
    return 1;
}

Console.WriteLine($"Open {string.Join(" or ", app.Urls)} in two windows. Ctrl+C stops.");
await app.WaitForShutdownAsync();
return 0;
