using Hutong.Connections;
using Hutong.Server;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Hutong.Transport.Sockets;

/// <summary>A message costs no allocation on its way through a loop.</summary>
[Collection(nameof(Alone))]
public class LoopAllocationTests
{
    private const int Rounds = 8;

    public static TheoryData<int, int, int> Cases => new()
    {
        { 125, 1, 10_000 },
        { 125, 16, 10_000 },
        { 16 * 1024, 1, 10_000 },
        { 16 * 1024, 16, 10_000 },
        { 1024 * 1024, 1, 200 },
        { 1024 * 1024, 16, 200 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task OnMessage_EchoWithTrySend_AllocatesNothingOnTheLoop(int size, int deep, int messages)
    {
        // What the loop's thread has allocated at the beginning and after each round.
        long[] allocated = new long[Rounds + 1];
        int count = 0;
        int lost = 0;
        await using var app = await StartAsync(
            c =>
            {
                c.OnMessage = (connection, message) =>
                {
                    int n = count++;
                    if (n % messages == 0)
                        allocated[n / messages] = GC.GetAllocatedBytesForCurrentThread();
                    if (!connection.TrySend(message))
                        lost++;
                };
                return Task.CompletedTask;
            },
            size,
            deep);
        Exchange(app.Port, size, deep, (Rounds * messages) + 1);
        lost.ShouldBe(0);
        count.ShouldBe((Rounds * messages) + 1);
        // A round without any: the runtime allocates once in a while on its own account, when code is compiled anew.
        Enumerable.Range(0, Rounds).Min(r => allocated[r + 1] - allocated[r]).ShouldBe(0);
    }

    [Theory]
    [InlineData(125, 1, 10_000)]
    [InlineData(125, 16, 10_000)]
    [InlineData(16 * 1024, 16, 2000)]
    public async Task ReadAllAsync_EchoWithSendAsync_AllocatesLessThanAByteAMessage(int size, int deep, int messages)
    {
        long[] allocated = new long[Rounds + 1];
        int count = 0;
        await using var app = await StartAsync(
            async c =>
            {
                await foreach (var message in c.ReadAllAsync())
                {
                    int n = count++;
                    if (n % messages == 0)
                        allocated[n / messages] = GC.GetTotalAllocatedBytes(precise: true);
                    await c.SendAsync(message);
                }
            },
            size,
            deep);
        Exchange(app.Port, size, deep, (Rounds * messages) + 1);
        double best = Enumerable.Range(0, Rounds).Min(r => (allocated[r + 1] - allocated[r]) / (double)messages);
        TestContext.Current.TestOutputHelper!.WriteLine($"{best:F3} bytes a message");
        best.ShouldBeLessThan(1);
    }

    private static Task<TestApp> StartAsync(Func<WebSocketConnection, Task> handler, int size, int deep)
    {
        var options = new WebSocketEndpointOptions
        {
            Connection = new ConnectionOptions { MaxMessageSize = size, SendQueueLimit = 2L * (deep + 1) * (size + 14), KeepAliveInterval = TimeSpan.Zero },
        };
        return Loops.StartAsync(a => a.MapWebSocket("/ws", handler, options), transport => transport.Loops = 1);
    }

    /// <summary>Echoes as many messages, so many under way at once, on this thread and one more.</summary>
    private static void Exchange(int port, int size, int deep, int messages)
    {
        byte[] frame = BareClient.Frame(2, new byte[size]);
        using var client = new BareClient(port);
        client.Open();
        using var room = new SemaphoreSlim(deep);
        var sender = new Thread(() =>
        {
            for (int i = 0; i < messages; i++)
            {
                room.Wait();
                client.Send(frame);
            }
        });
        sender.Start();
        for (int i = 0; i < messages; i++)
        {
            // Unmasked, so shorter by the key.
            client.Skip(frame.Length - 4);
            room.Release();
        }

        sender.Join();
    }
}
