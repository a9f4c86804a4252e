using System.Text.Json;
using Hutong.Server.Tests.Support;

namespace Hutong.SocketIO.Tests.Support;

/// <summary>A client that keeps its pid and the last offset, as the official one does, and notes the numbers of the events <c>e</c> that it gets.</summary>
internal sealed class RecoveringClient(SocketBench bench)
{
    public FakeLink Link { get; private set; } = null!;

    public Socket Socket { get; private set; } = null!;

    public string? Pid { get; private set; }

    public string? Offset { get; private set; }

    public List<int> Got { get; } = [];

    public int Recoveries { get; private set; }

    /// <summary>What it says when it connects.</summary>
    public string Auth(string? offset = null)
    {
        if (Pid is null)
            return "";
        offset ??= Offset is null ? null : $"\"{Offset}\"";
        return offset is null ? $$"""{"pid":"{{Pid}}"}""" : $$"""{"pid":"{{Pid}}","offset":{{offset}}}""";
    }

    /// <returns>Whether it was recovered.</returns>
    public async Task<bool> ConnectAsync(string? offset = null)
    {
        Link = bench.Open();
        string answer = await Link.ConnectAsync("/", Auth(offset));
        var reply = JsonDocument.Parse(answer[1..]).RootElement;
        string pid = reply.GetProperty("pid").GetString()!;
        bool recovered = pid == Pid;
        if (recovered)
            Recoveries++;
        Pid = pid;
        string sid = reply.GetProperty("sid").GetString()!;
        await Patience.UntilAsync(() => bench.Server.Sockets.TryGetValue(sid, out var socket) && socket.Client == Link.Client, "the socket");
        Socket = bench.Server.Sockets[sid];
        return recovered;
    }

    /// <summary>Reads what has come.</summary>
    public List<int> Take()
    {
        Link.Read();
        foreach (string text in Link.Rest())
        {
            if (text[0] is not ('2' or '5'))
                continue;
            using var packet = JsonDocument.Parse(text[text.IndexOf('[', StringComparison.Ordinal)..]);
            var items = packet.RootElement.EnumerateArray().ToList();
            Got.Add(items[1].GetInt32());
            if (items[^1].ValueKind == JsonValueKind.String)
                Offset = items[^1].GetString();
        }

        return Got;
    }

    /// <summary>Its connection is lost, with what it has not read.</summary>
    public async Task CutAsync()
    {
        var socket = Socket;
        bool reads = Link.Reads;
        Link.Cut();
        await Patience.UntilAsync(() => !bench.Server.Sockets.TryGetValue(socket.Id, out var now) || now != socket, "its end");
        if (reads)
            Take();
    }
}
