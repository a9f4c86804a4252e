using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hutong.Connections;
using Hutong.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutong.Rooms.Perf;

/// <summary>The same with real sockets: processor time of the serving process for a delivery, and its memory for a connection.</summary>
internal static class Sockets
{
    private const int Rounds = 5;
    private const int Messages = 40;

    public static async Task RunAsync(int clients)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseHutongTransport();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddHutong(new ServerOptions { MaxConnections = 100_000 });
        builder.Services.AddRooms();
        await using var app = builder.Build();
        var group = new ConnectionGroup();
        app.MapWebSocket("/group", async ws =>
        {
            group.Add(ws);
            await foreach (var message in ws.ReadAllAsync())
                ws.TrySend(message);
        });
        app.MapRooms("/rooms", rooms => rooms.Map("all").OnConnect(async context => await context.Rooms.JoinAsync(context.Session.Id, "all")));
        await app.StartAsync();
        int port = new Uri(app.Urls.First()).Port;
        var graph = app.Services.GetRequiredService<RoomGraph>();

        var payload = Payload.Json("{\"content\":\"0123456789012345678901234567890123456789\"}"u8.ToArray());
        string text = new('x', 125);
        var ways = new (string Path, Func<int> Count, Func<Task> Send)[]
        {
            ("/group", () => group.Count, () => Task.FromResult(group.Broadcast(text))),
            ("/rooms", () => graph.SessionCount, () => graph.Room("all").PublishAsync("said", payload).AsTask()),
        };
        var figures = ways.ToDictionary(w => w.Path, _ => new List<double>(), StringComparer.Ordinal);
        for (int round = 0; round < Rounds; round++)
        {
            foreach (var (path, count, send) in round % 2 == 0 ? ways : ways.Reverse().ToArray())
            {
                long empty = Used();
                using var load = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["load", $"{port}", path, $"{clients}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
                await load.StandardOutput.ReadLineAsync();
                while (count() < clients)
                    await Task.Delay(20);
                await Task.Delay(500);
                long full = Used();
                for (int i = 0; i < 5; i++)
                    await Publish(send);
                var process = Process.GetCurrentProcess();
                var cpu = process.TotalProcessorTime;
                for (int i = 0; i < Messages; i++)
                    await Publish(send);
                process.Refresh();
                cpu = process.TotalProcessorTime - cpu;
                figures[path].Add(cpu.TotalNanoseconds / Messages / clients);
                Console.WriteLine($"{path}: {figures[path][^1]:F0} ns of processor a delivery, {(full - empty) / (double)clients:F0} bytes a connection");
                load.Kill();
                await load.WaitForExitAsync();
                while (count() > 0)
                    await Task.Delay(20);
            }
        }

        double bare = FanOut.Median(figures["/group"]);
        Console.WriteLine($"group {bare:F0} ns, room {FanOut.Median(figures["/rooms"]):F0} ns: {FanOut.Median(figures["/rooms"]) / bare:F2}");
    }

    /// <summary>Opens connections and reads whatever comes.</summary>
    public static async Task LoadAsync(int port, string path, int count)
    {
        byte[] head = Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        for (int i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(head);
            byte[] buffer = new byte[512];
            await socket.ReceiveAsync(buffer);
            _ = Task.Run(async () =>
            {
                while (await socket.ReceiveAsync(buffer) > 0)
                {
                }
            });
        }

        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
    }

    private static async Task Publish(Func<Task> send)
    {
        await send();
        // Time for all to have it, so that deliveries do not run together.
        await Task.Delay(150);
    }

    private static long Used()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
