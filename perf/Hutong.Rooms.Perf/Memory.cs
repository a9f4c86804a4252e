namespace Hutong.Rooms.Perf;

/// <summary>What a session, a member and a room take, beside their wires.</summary>
internal static class Memory
{
    public static async Task RunAsync()
    {
        const int Sessions = 20_000;

        using var graph = new RoomGraph(new RoomsOptions { MaxRoomsPerSession = 10_000 }).Configure(r => r.Map("kept:*", new RoomOptions { HistorySize = 10 }).Map("*"));
        // Once beforehand, for what is made once.
        await One(graph, "warm").ConfigureAwait(false);
        var wires = Enumerable.Range(0, Sessions).Select(_ => new NullWire()).ToArray();
        long before = Used();
        foreach (var wire in wires)
            await graph.OpenAsync(wire, new SessionStart());
        Report("a session", Sessions, ref before);
        foreach (var wire in wires)
            await graph.JoinAsync(wire.Session!.Id, "one");
        Report("a member of one room", Sessions, ref before);
        string[] names = [.. Enumerable.Range(0, Sessions).Select(i => $"room:{i:D7}")];
        Report("a name of 12 characters", Sessions, ref before);
        foreach (var (wire, name) in wires.Zip(names))
            await graph.JoinAsync(wire.Session!.Id, name);
        Report("a room with its first member", Sessions, ref before);
        string[] kept = [.. Enumerable.Range(0, Sessions).Select(i => $"kept:{i:D7}")];
        before = Used();
        foreach (var (wire, name) in wires.Zip(kept))
            await graph.JoinAsync(wire.Session!.Id, name);
        Report("a room with history, empty, with its first member", Sessions, ref before);
        GC.KeepAlive(wires);
        GC.KeepAlive(names);
        GC.KeepAlive(kept);
    }

    private static async Task One(RoomGraph graph, string room)
    {
        var session = await graph.OpenAsync(new NullWire(), new SessionStart());
        await graph.JoinAsync(session!.Id, room);
        await graph.JoinAsync(session.Id, "kept:" + room);
    }

    private static long Used()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void Report(string what, int count, ref long before)
    {
        long now = Used();
        Console.WriteLine($"{what}: {(now - before) / (double)count:F0} bytes");
        before = now;
    }
}
