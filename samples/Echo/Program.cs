// The server that is measured and tested from outside. Every address takes pages of any origin and messages up to 64 MiB.
//   dotnet run -c Release --project samples/Echo -- --urls http://127.0.0.1:9001
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Server;

const int Largest = 64 * 1024 * 1024;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddHutong();
// For https addresses: --Kestrel:Certificates:Default:Path and :KeyPath name the certificate.
builder.WebHost.UseHutongTransport();
builder.WebHost.UseKestrelHttpsConfiguration();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    // Who connects and says nothing is let go as soon as who dawdles over the request.
    kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(10);
});
var app = builder.Build();

var options = new WebSocketEndpointOptions
{
    AllowedOrigins = ["*"],
    Extensions = [new PerMessageDeflate()],
    // An answer must never be refused: what bounds memory is that nobody is read who does not read.
    Connection = new ConnectionOptions { MaxMessageSize = Largest, SendQueueLimit = 4L * Largest },
};

var everyone = new ConnectionGroup();
foreach (string path in (string[])["/", "/echo"])
    app.MapWebSocket(path, ws => { ws.OnMessage = (c, m) => c.TrySend(m); return Task.CompletedTask; }, options);
app.MapWebSocket("/echo-async", async ws => { await foreach (var m in ws.ReadAllAsync()) await ws.SendAsync(m); }, options);
app.MapWebSocket(
    "/b",
    ws =>
    {
        everyone.Add(ws);
        ws.OnMessage = (_, m) => everyone.Broadcast(PreparedMessage.From(m));
        return Task.CompletedTask;
    },
    options);
app.Run();
