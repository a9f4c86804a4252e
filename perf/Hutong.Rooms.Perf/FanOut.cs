using System.Diagnostics;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Rooms.Perf;

/// <summary>One publication to many members, beside the bare broadcast of a ConnectionGroup. No sockets: the kernel's part is the same for both, and left out.</summary>
internal static class FanOut
{
    public static async Task RunAsync(int members)
    {
        const int Rounds = 9;
        const int Messages = 200;

        var group = new ConnectionGroup();
        using var graph = new RoomGraph().Configure(rooms => rooms.Map("kept", new RoomOptions { HistorySize = 100 }).Map("plain"));
        for (int i = 0; i < members; i++)
        {
            group.Add(Connect());
            foreach (string room in (string[])["kept", "plain"])
            {
                var session = await graph.OpenAsync(new ConnectionWire(Connect()), new SessionStart());
                await graph.JoinAsync(session!.Id, room);
            }
        }

        var payload = Payload.Json("{\"content\":\"0123456789012345678901234567890123456789012345678901234567890123456789\"}"u8.ToArray());
        string text = new('x', 200);
        var ways = new (string Name, Func<Task> Send)[]
        {
            ("group", () => Task.FromResult(group.Broadcast(text))),
            ("room", () => graph.Room("plain").PublishAsync("said", payload).AsTask()),
            ("room with history", () => graph.Room("kept").PublishAsync("said", payload).AsTask()),
        };
        var figures = ways.ToDictionary(w => w.Name, _ => new List<double>(), StringComparer.Ordinal);
        for (int round = -1; round < Rounds; round++)
        {
            foreach (var (name, send) in ways)
            {
                long began = Stopwatch.GetTimestamp();
                for (int i = 0; i < Messages; i++)
                    await send();
                double each = Stopwatch.GetElapsedTime(began).TotalNanoseconds / Messages / members;
                if (round >= 0)
                    figures[name].Add(each);
            }
        }

        double bare = Median(figures["group"]);
        foreach (var (name, all) in figures)
            Console.WriteLine($"{name}: {Median(all):F1} ns a delivery ({all.Min():F1}-{all.Max():F1}), {Median(all) / bare:F2} of the group");
    }

    public static double Median(List<double> figures) => figures.Order().ElementAt(figures.Count / 2);

    private static WebSocketConnection Connect() => WebSocketConnection.Create(new NullDriver(), Role.Server);
}
