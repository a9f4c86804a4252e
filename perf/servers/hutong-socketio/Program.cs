// Socket.IO on Hutong, the same as perf/servers/socketio: whoever is connected may join a room, publish in it, and have a text acknowledged with itself.
//   dotnet run -c Release --project perf/servers/hutong-socketio -- --urls http://127.0.0.1:9001
using Hutong.SocketIO;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.UseHutongTransport();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
var app = builder.Build();
app.MapSocketIO(
    io => io.OnConnection(socket =>
    {
        socket.On("join", async (string room, SocketAck joined) =>
        {
            await socket.JoinAsync(room);
            joined.Send();
        });
        socket.On("echo", (string text) => text);
        socket.On("publish", (string room, string text) => io.To(room).EmitAsync("message", text));
    }),
    new SocketIOOptions { Engine = new EngineOptions { Transports = [EngineTransport.WebSocket] } });
app.Run();
