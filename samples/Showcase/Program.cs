// One app, many doors: a page, and behind each of its scenarios a few rooms.
using Hutong.Server;
using Showcase.Chat;
using Showcase.Dashboard;
using Showcase.Frames;
using Showcase.Game;
using Showcase.Lab;
using Showcase.Notifications;
using Showcase.Seeds;
using Showcase.Site;
using Showcase.SocketIO;
using Showcase.Ticker;

const string DefaultUrl = "http://localhost:5080";

// The page is found wherever the program is started from.
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (builder.Configuration["urls"] is null)
    builder.WebHost.UseUrls(DefaultUrl);
builder.WebHost.UseHutongTransport();
builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
builder.Services.AddShowcase();

var app = builder.Build();
app.UseSecurityHeaders();
app.UseHeadCounter();
app.UsePages();
app.MapRooms(Paths.Rooms, rooms => rooms
    .AddChat()
    .AddTicker(app.Services.GetRequiredService<Market>())
    .AddNotifications()
    .AddDashboard()
    .AddGame(app.Services.GetRequiredService<Arena>())
    .AddLab()
    .AddTables()
    .Map(DocumentDialogue.Pattern),
    // A click subscribes to two hundred symbols.
    new RoomsEndpointOptions { Limits = new() { MessagesPerSession = new(200, 1000) } });
app.MapChat();
app.MapTicker();
app.MapDashboard();
app.MapLab();
app.MapFrames();
app.MapTables();
app.MapSeeds();
app.MapPages();

try
{
    await app.StartAsync();
}
catch (IOException e)
{
    Console.Error.WriteLine($"Could not start: {e.Message} Choose another address with --urls.");
    return 1;
}

Console.WriteLine($"Open {string.Join(" or ", app.Urls)}. Ctrl+C stops.");
await app.WaitForShutdownAsync();
return 0;
