// Hutong's rooms: whoever has joined one may publish there.
//   dotnet run -c Release --project perf/servers/rooms -- --urls http://127.0.0.1:9001
using Hutong.Rooms;
using Hutong.Server;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.UseHutongTransport();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.AddRooms();
var app = builder.Build();
app.MapRooms(
    "/rt",
    rooms => rooms.Map("*", new RoomOptions { ClientPublish = true }),
    // One client publishes hundreds of messages a second here. The others do not limit that.
    new RoomsEndpointOptions { Limits = new RoomsLimits { MessagesPerSession = null } });
app.Run();
