using System.Globalization;
using Hutong.SocketIO;
using SocketIOConformance;

// What the public test suites of the Engine.IO and Socket.IO protocols ask of a server: see README.md.
string port = args.FirstOrDefault() ?? Environment.GetEnvironmentVariable("PORT") ?? "3000";
if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > 65535)
{
    await Console.Error.WriteLineAsync($"'{port}' is not a port. Usage: SocketIOConformance [port]");
    return 1;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseHutongTransport();
builder.WebHost.UseUrls($"http://localhost:{number}");
var app = builder.Build();

// The suites wait for heartbeats, so these are quick; and they also run in browsers, from pages of another origin.
var options = new EngineOptions
{
    PingInterval = TimeSpan.FromMilliseconds(300),
    PingTimeout = TimeSpan.FromMilliseconds(200),
    MaxPayload = 1_000_000,
    AllowedOrigins = ["*"],
};

app.MapEngineIO("/engine.io/", engine => engine.OnConnection(EngineEcho.Serve), options);

await app.StartAsync();
Console.WriteLine($"Listening on {string.Join(", ", app.Urls)}");
await app.WaitForShutdownAsync();
return 0;
