// Echo and rooms on ASP.NET Core SignalR: the client calls the hub's method, and the hub calls the client's, or a group's.
//   dotnet run -c Release --project perf/servers/signalr -- --urls http://127.0.0.1:9001
using SignalREcho;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.UseKestrelHttpsConfiguration();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.AddSignalR();
var app = builder.Build();
app.MapHub<EchoHub>("/hub");
app.MapHub<RoomHub>("/rooms");
app.Run();
