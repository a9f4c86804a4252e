using System.Net.Sockets;
using Hutong.Connections;
using Hutong.Server;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Hutong.Transport.Sockets;

/// <summary>Peers that misbehave, on real loops.</summary>
public class PeerTests
{
    private static readonly byte[] Block = new byte[64 * 1024];

    [Fact]
    public async Task Echo_PeerThatNeverReads_HoldsNoMoreThanItsQueueAndNobodyUp()
    {
        var options = new WebSocketEndpointOptions { Connection = new ConnectionOptions { SendQueueLimit = 512 * 1024 } };
        var full = new Recorder<WebSocketConnection>();
        await using var app = await Loops.StartAsync(
            a => a.MapWebSocket("/ws", c => c.OnMessageDo(m =>
            {
                if (m.Text != "flood")
                {
                    c.TrySend(m);
                    return;
                }

                while (c.TrySend(Block))
                    continue;
                full.Add(c);
            }), options),
            transport => transport.Loops = 1);
        await using var silent = await WirePeer.OpenAsync(app.Port, receiveBuffer: 4096);
        await silent.SendTextAsync("flood");
        await full.WaitForAsync(_ => true, "a full queue");
        var connection = full.Items[0];
        connection.BufferedAmount.ShouldBeInRange(1, 512 * 1024 + Block.Length);
        await using (var other = await app.OpenAsync())
        {
            for (int i = 0; i < 100; i++)
                await other.EchoAsync($"{i}");
            await other.CloseAsync();
        }

        connection.BufferedAmount.ShouldBeInRange(1, 512 * 1024 + Block.Length);
        connection.Abort();
        await connection.Closed.Soon();
        await Loops.UntilNoneAsync(app);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reset_WhileReceivingIsPaused_EndsTheConnectionWhenItGoesOn(bool sends)
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var opened = new Recorder<WebSocketConnection>();
        var paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int read = 0;
        await using var app = await Loops.StartAsync(a => a.MapWebSocket("/ws", async c =>
        {
            opened.Add(c);
            await foreach (var message in c.ReadAllAsync())
            {
                if (read++ > 0)
                    continue;
                paused.TrySetResult();
                await released.Task;
            }
        }));
        var peer = await app.OpenAsync();
        byte[] block = BareClient.Frame(2, Block);
        for (int i = 0; i < 20; i++)
            _ = peer.Socket.SendAsync(block, SocketFlags.None);
        await paused.Task.Soon();
        // The queue has its limit; what is in the kernel beyond it was not received.
        peer.Reset();
        var connection = opened.Items[0];
        while (sends && connection.TrySend(Block))
            await Task.Yield();
        released.SetResult();
        (await connection.Closed.Soon()).WasClean.ShouldBeFalse();
        await Loops.UntilNoneAsync(app);
        app.Logs.ShouldHaveNoFaults();
    }

    [Theory]
    [InlineData(10, 100)]
    [InlineData(40, 64 * 1024)]
    public async Task HalfClose_AfterManyMessages_StillGetsEveryAnswer(int messages, int size)
    {
        var options = new WebSocketEndpointOptions { Connection = new ConnectionOptions { SendQueueLimit = 8 * 1024 * 1024 } };
        await using var app = await Loops.StartAsync(a => a.MapWebSocket("/ws", Handlers.Echo, options));
        await using var peer = await WirePeer.OpenAsync(app.Port, receiveBuffer: 16 * 1024);
        byte[] payload = new byte[size];
        var sending = Task.Run(async () =>
        {
            for (int i = 0; i < messages; i++)
                await peer.SendFrameAsync(2, payload.Select(_ => (byte)i).ToArray());
            peer.Socket.Shutdown(SocketShutdown.Send);
        });
        for (int i = 0; i < messages; i++)
            (await peer.ReadFrameAsync()).Payload.ToArray().ShouldAllBe(b => b == i);
        await peer.ExpectGoneAsync();
        await sending.Soon();
        await Loops.UntilNoneAsync(app);
    }
}

internal static class ConnectionExtensions
{
    /// <summary>Sets a callback, as the whole of a handler.</summary>
    public static Task OnMessageDo(this WebSocketConnection connection, Action<Message> action)
    {
        connection.OnMessage = (_, m) => action(m);
        return Task.CompletedTask;
    }
}
