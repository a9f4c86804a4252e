using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Hutong.SocketIO;
using Hutong.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutong.Interop.SocketIO;

/// <summary>What clients of Socket.IO talk to: it obeys the events below.</summary>
internal static partial class SocketIOPeer
{
    public static async Task<WebApplication> StartAsync(TransportMode transport, bool recovers = false)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.WebHost.UseHutongTransport(options => options.Mode = transport).UseUrls("http://127.0.0.1:0");
        builder.Services.AddSocketIO(new SocketIOOptions
        {
            ConnectionStateRecovery = recovers ? new() : null,
            AckTimeout = TimeSpan.FromSeconds(20),
            // The page of one server talks to the other one too.
            Engine = new EngineOptions { AllowedOrigins = ["*"] },
        });
        var app = builder.Build();
        app.MapSocketIO(Serve);
        app.MapGet("/page", () => Results.Content("<!doctype html><title>A page</title><link rel=icon href=data:,><script src=/socket.io/socket.io.js></script>", "text/html"));
        app.MapGet("/checks.mjs", () => Results.File(Path.Combine(Peer.Folder, "socketio-checks.mjs"), "text/javascript"));
        await app.StartAsync();
        return app;
    }

    private static void Serve(SocketIOServer io)
    {
        var reasons = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        io.OnConnection(socket => Serve(io, socket, reasons));
        io.Of("/plain").OnConnection(socket => Serve(io, socket, reasons));
        io.Of("/admin").Use(socket =>
        {
            if (socket.Handshake.GetAuth<Credentials>()?.Token == "bad")
                throw new ConnectErrorException("not authorized", new { Code = 7 });
        }).OnConnection(socket => Serve(io, socket, reasons));
        io.Of(Dynamic()).OnConnection(socket => Serve(io, socket, reasons));
    }

    private static void Serve(SocketIOServer io, Socket socket, ConcurrentDictionary<string, string> reasons)
    {
        var nsp = socket.Namespace;
        socket.OnAny(async e =>
        {
            if (e.Name == "echo")
                await socket.EmitAsync("echo", Arguments(e));
            else if (e.Name == "echo with ack")
                e.Ack?.Send(Arguments(e));
        });
        socket.Use(e => e.Name == "forbidden" ? throw new InvalidOperationException(e.Name) : default);
        socket.On("error", (Exception e) => e is InvalidOperationException ? socket.EmitAsync("refused", e.Message) : default);
        socket.On("disconnect", (string reason) => reasons[socket.Id] = reason);
        socket.On("reason of", async (string id) =>
        {
            for (int i = 0; i < 1000 && !reasons.ContainsKey(id); i++)
                await Task.Delay(5);
            return reasons.GetValueOrDefault(id);
        });
        socket.On("handshake", () => new { socket.Handshake.GetAuth<Credentials>()?.Token, Q = socket.Handshake.Query["q"].ToString(), socket.Rooms });
        socket.On("typed", (string text, int number, Shape shape) => $"{text} {number} {shape.First} {shape.Second.Sum()}");
        socket.On("reverse", (byte[] bytes) => bytes.Reverse().ToArray());
        socket.On("number", (int number) => socket.EmitAsync("number", number));
        socket.On("ask me", (int a, int b) => socket.EmitWithAckAsync<int>("question", a, b));
        socket.On("ask for silence", async () =>
        {
            try
            {
                await socket.Timeout(TimeSpan.FromMilliseconds(50)).EmitWithAckAsync<int>("silence");
                return "an answer";
            }
            catch (TimeoutException e)
            {
                return e.GetType().Name;
            }
        });
        socket.On("where", () => nsp.Name);
        socket.On("rooms", () => socket.Rooms);
        socket.On("join", async (string room, SocketAck ack) =>
        {
            await socket.JoinAsync(room);
            ack.Send();
        });
        socket.On("leave", async (string room, SocketAck ack) =>
        {
            await socket.LeaveAsync(room);
            ack.Send();
        });
        socket.On("say", async (string room, string how, int what, SocketAck ack) =>
        {
            await (how switch { "to" => socket.To(room), "except" => io.Except(room), _ => io.In(room) }).EmitAsync("said", what);
            ack.Send();
        });
        socket.On("who", async (string room) => (await io.In(room).FetchSocketsAsync()).Select(s => s.Id).ToArray());
        socket.On("ask all", async (string room) => (await io.In(room).EmitWithAckAsync<int>("how many")).Responses);
        socket.On("volatile please", async () =>
        {
            await socket.Volatile.EmitAsync("perhaps", 1);
            await io.Volatile.To("nobody").EmitAsync("perhaps", 1);
            return "done";
        });
        socket.On("bye", () => socket.Disconnect());
        socket.On("close", () => socket.Disconnect(close: true));
        socket.On("say missed", async (int number, SocketAck ack) =>
        {
            await io.To("recovery").EmitAsync("missed", number);
            ack.Send();
        });
        socket.On("cut", async (int count) =>
        {
            var gone = new TaskCompletionSource();
            socket.On("disconnect", () => gone.TrySetResult());
            socket.Conn.Close();
            await gone.Task;
            // The client comes back at once: some of these it has missed, some it gets as they come.
            for (int i = 1; i <= count; i++)
                await (i % 2 == 0 ? io.To("recovery") : io.To(socket.Id)).EmitAsync("missed", i);
        });
    }

    private static ReadOnlySpan<object?> Arguments(SocketEvent e) => (object?[])[.. Enumerable.Range(0, e.Count).Select(e.GetValue)];

    [GeneratedRegex("^/room-[0-9]+$", RegexOptions.None, 1000)]
    private static partial Regex Dynamic();

    private sealed record Credentials(string? Token);

    private sealed record Shape(string First, int[] Second);
}
