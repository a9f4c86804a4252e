using System.Net;
using Hutong.Server.Tests.Support;
using Hutong.Testing;

namespace Hutong.SocketIO.Tests.Engine;

/// <summary>
/// Sessions under seeds: messages both ways while a client moves to a WebSocket at whatever moment; and sessions on which everything happens at once.
/// The seed decides what is done; how threads meet is the machine's.
/// </summary>
public class EngineRaceTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Upgrade_AtAnyMoment_LosesNothingAndReordersNothing(int seed)
    {
        var random = new Random(seed);
        int count = random.Next(20, 300);
        await using var app = await EngineApp.StartAsync(new EngineOptions { QueueLimit = random.Next(10, 2000), MaxPayload = random.Next(20, 500) }, _ => { });
        string sid = await app.OpenAsync();
        var socket = app.Sockets.Items[0];

        int threads = random.Next(1, 4);
        var sending = Enumerable.Range(0, threads).Select(t => Task.Run(async () =>
        {
            for (int i = 0; i < count; i++)
                (await socket.SendAsync(i % 7 == 0 ? EngineMessage.Binary(new[] { (byte)t, (byte)(i >> 8), (byte)i }) : EngineMessage.Text($"{t} {i}"))).ShouldBeTrue();
        })).ToList();

        var down = new List<string>();
        int up = 0;
        int moveAfter = random.Next(count);
        // As the official client does it: polls on during the probe, and posts nothing between the answer to it and the switch.
        while (down.Count < moveAfter)
        {
            if (random.Next(3) == 0)
                await app.PostAsync(sid, string.Join('\u001e', Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"4{up++}")));
            AddPayload(down, await app.PollAsync(sid));
        }

        var polling = random.Next(2) == 0 ? app.PollAsync(sid) : Task.FromResult("6");
        await using var peer = await app.ProbeAsync(sid);
        while (!polling.IsCompleted)
        {
            // The poll may have come after the probe.
            app.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(polling, Task.Delay(1));
        }

        AddPayload(down, await polling);
        await peer.SendTextAsync("5");
        for (int i = 0; i < 20; i++)
            await peer.SendTextAsync($"4{up++}");
        while (down.Count < threads * count)
        {
            var frame = await peer.ReadFrameAsync();
            if (frame.Opcode == 2)
                AddBytes(down, frame.Payload.Span);
            else
                AddPayload(down, frame.Text);
        }

        await Task.WhenAll(sending);
        for (int t = 0; t < threads; t++)
            down.Where(m => m.StartsWith($"{t} ", StringComparison.Ordinal)).ShouldBe(Enumerable.Range(0, count).Select(i => $"{t} {i}"));
        await app.Events.WaitForAsync(e => e == $"text {up - 1}", "the last message");
        app.Events.Items.Where(e => e.StartsWith("text ", StringComparison.Ordinal)).ShouldBe(Enumerable.Range(0, up).Select(i => $"text {i}"));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Session_OnWhichAllHappensAtOnce_EndsOnce(int seed)
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { QueueLimit = 100 });
        string sid = await app.OpenAsync();
        var socket = app.Sockets.Items[0];
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var doing = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var random = new Random((seed * 100) + i);
            await start.Task;
            for (int n = 0; n < 5; n++)
                await DoAsync(app, sid, socket, random);
        })).ToList();
        start.SetResult();
        await Task.WhenAll(doing).Soon();

        socket.Close();
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await app.Events.WaitForAsync(e => e.StartsWith("close ", StringComparison.Ordinal), "the end");
        app.Events.Items.Count(e => e.StartsWith("close ", StringComparison.Ordinal)).ShouldBe(1);
        app.Events.Items.Count(e => e == "upgrade").ShouldBeLessThanOrEqualTo(1);
        socket.IsOpen.ShouldBeFalse();
        socket.TrySend(EngineMessage.Text("x")).ShouldBeFalse();
        (await socket.SendAsync(EngineMessage.Text("x"))).ShouldBeFalse();
        app.App.Logs.Lines.Items.ShouldNotContain(l => l.Exception != null && l.Category.StartsWith("Hutong", StringComparison.Ordinal));
    }

    private static async Task DoAsync(EngineApp app, string sid, EngineSocket socket, Random random)
    {
        switch (random.Next(12))
        {
            case 0 or 1:
                await AskAsync(app, HttpMethod.Post, sid, "4a\u001e3");
                break;
            case 2 or 3:
                // Whoever waits is let go by the next message.
                var poll = AskAsync(app, HttpMethod.Get, sid, null);
                socket.TrySend(EngineMessage.Text("down"));
                app.Time.Advance(TimeSpan.FromMilliseconds(100));
                await Patience.UntilAsync(() => poll.IsCompleted || !socket.TrySend(EngineMessage.Text("more")), "the poll");
                await poll.Soon();
                break;
            case 4 or 5 or 6:
                await using (var peer = await WirePeer.ConnectAsync(app.App.Port))
                {
                    var answer = await peer.AskAsync(Head.Of(EngineApp.WebSocket(sid)));
                    if (answer.Status == 101)
                    {
                        await peer.SendIfTakenAsync(Text("2probe"));
                        await peer.SendIfTakenAsync(Text("5"));
                        await peer.SendIfTakenAsync(Text("4ws"));
                    }
                }

                break;
            case 7:
                socket.TrySend([EngineMessage.Text("a"), EngineMessage.Binary(new byte[] { 1 })]);
                break;
            case 8:
                app.Time.Advance(TimeSpan.FromSeconds(random.Next(12)));
                break;
            case 9:
                _ = socket.SendAsync(EngineMessage.Text("waits")).AsTask();
                socket.NotifyDrained(10, () => { });
                break;
            case 10:
                if (random.Next(4) == 0)
                    socket.Close();
                break;
            default:
                if (random.Next(4) == 0)
                    socket.Close(EngineCloseReason.ForcedClose);
                break;
        }
    }

    private static byte[] Text(string text) => RawFrame.Encode(1, System.Text.Encoding.UTF8.GetBytes(text), maskKey: 0x01020304);

    private static async Task AskAsync(EngineApp app, HttpMethod method, string sid, string? body)
    {
        using var response = await app.AskAsync(method, EngineApp.Polling(sid), body);
        response.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.BadRequest);
    }

    private static void AddPayload(List<string> into, string payload)
    {
        foreach (string packet in payload.Split('\u001e'))
        {
            if (packet[0] == '4')
                into.Add(packet[1..]);
            else if (packet[0] == 'b')
                AddBytes(into, Convert.FromBase64String(packet[1..]));
            else
                packet.ShouldBe("6");
        }
    }

    private static void AddBytes(List<string> into, ReadOnlySpan<byte> bytes) => into.Add($"{bytes[0]} {(bytes[1] << 8) | bytes[2]}");
}
