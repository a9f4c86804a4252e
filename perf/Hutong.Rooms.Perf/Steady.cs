using System.Diagnostics;

namespace Hutong.Rooms.Perf;

/// <summary>Many rooms with a few members each: every session is in a hundred of them.</summary>
internal static class Steady
{
    public static async Task RunAsync(int rooms, int members)
    {
        const int RoomsEach = 100;
        const int Seconds = 10;

        using var graph = new RoomGraph().Configure(r => r.Map("*"));
        long empty = GC.GetTotalMemory(forceFullCollection: true);
        var sessions = new Session[rooms * members / RoomsEach];
        for (int i = 0; i < sessions.Length; i++)
            sessions[i] = (await graph.OpenAsync(new NullWire(), new SessionStart()))!;
        string[] names = [.. Enumerable.Range(0, rooms).Select(i => $"room:{i}")];
        for (int i = 0; i < rooms * members; i++)
            await graph.JoinAsync(sessions[i % sessions.Length].Id, names[(i / members + (i % members * 7919)) % rooms]);
        long full = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine($"{graph.RoomCount} rooms, {graph.SessionCount} sessions, {sessions.Sum(s => s.Rooms.Count)} members: {(full - empty) / 1e6:F0} MB, {(full - empty) / (double)rooms:F0} bytes a room with {members} members");

        var payload = Payload.Json("{\"content\":\"0123456789012345678901234567890123456789\"}"u8.ToArray());
        long published = 0;
        var process = Process.GetCurrentProcess();
        for (int round = 0; round < 2; round++)
        {
            var cpu = process.TotalProcessorTime;
            long allocated = GC.GetTotalAllocatedBytes();
            long began = Stopwatch.GetTimestamp();
            published = 0;
            for (int i = 0; Stopwatch.GetElapsedTime(began).TotalSeconds < Seconds; i++)
            {
                for (int k = 0; k < 1000; k++, published++)
                    await graph.PublishAsync(names[(int)(published * 7907 % rooms)], new PublishRequest("said", payload));
            }

            process.Refresh();
            cpu = process.TotalProcessorTime - cpu;
            allocated = GC.GetTotalAllocatedBytes() - allocated;
            if (round > 0)
            {
                Console.WriteLine(
                    $"{published / Stopwatch.GetElapsedTime(began).TotalSeconds:N0} publications/s, {published * members / Stopwatch.GetElapsedTime(began).TotalSeconds:N0} deliveries/s; "
                    + $"{cpu.TotalNanoseconds / published / members:F0} ns of processor and {allocated / published / members} bytes a delivery");
            }
        }
    }
}
