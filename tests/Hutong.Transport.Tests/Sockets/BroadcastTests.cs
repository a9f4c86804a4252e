using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hutong.Connections;
using Hutong.Server;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Hutong.Transport.Sockets;

/// <summary>One message to many on real loops: each gets it once, in the order in which its publisher sent it.</summary>
[Collection(nameof(Alone))]
public class BroadcastTests
{
    private const int Publishers = 8;

    [Fact]
    public async Task Broadcast_EightPublishersToAThousand_ReachesEachOnceInOrder()
    {
        const int Subscribers = 1000;
        const int Messages = 25;
        const int FrameSize = 2 + 8;
        var group = new ConnectionGroup();
        await using var app = await Loops.StartAsync(a =>
        {
            a.MapWebSocket("/ws", c =>
            {
                group.Add(c);
                return Task.CompletedTask;
            });
            // Publishes on its loop, where it is told so.
            a.MapWebSocket("/publish", c => c.OnMessageDo(m => group.Broadcast(PreparedMessage.From(m))));
        });
        var subscribers = new List<Socket>();
        for (int i = 0; i < Subscribers; i++)
            subscribers.Add(await SubscribeAsync(app.Port));
        await Patience.UntilAsync(() => group.Count == Subscribers, "Every subscriber");
        var reading = subscribers.Select(s => ReadAsync(s, Publishers * Messages * FrameSize)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
        {
            await using var peer = publisher % 2 == 0 ? await app.OpenAsync("/publish") : null;
            for (int i = 0; i < Messages; i++)
            {
                byte[] message = new byte[8];
                BinaryPrimitives.WriteInt32BigEndian(message, publisher);
                BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), i);
                if (peer is null)
                    group.Broadcast(PreparedMessage.Binary(message));
                else
                    await peer.SendFrameAsync(2, message);
            }

            if (peer is not null)
                await peer.CloseAsync();
        }))).Soon();
        foreach (var read in reading)
        {
            byte[] frames = await read.Soon();
            int[] next = new int[Publishers];
            foreach (byte[] frame in frames.Chunk(FrameSize))
            {
                frame[..2].ShouldBe([0x82, 8]);
                BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(6)).ShouldBe(next[BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(2))]++);
            }

            next.ShouldAllBe(n => n == Messages);
        }

        subscribers.ForEach(s => s.Dispose());
        await Loops.UntilNoneAsync(app);
        app.Logs.ShouldHaveNoFaults();
    }

    [Fact]
    public async Task Broadcast_LargerThanATurnAndSomeDoNotRead_ReachesAllWhole()
    {
        const int Subscribers = 50;
        const int Silent = 10;
        const int Messages = 3;
        const int Size = 1024 * 1024;
        var group = new ConnectionGroup();
        var options = new WebSocketEndpointOptions { Connection = new ConnectionOptions { SendQueueLimit = 4 * Size } };
        await using var app = await Loops.StartAsync(a =>
        {
            a.MapWebSocket("/ws", c =>
            {
                group.Add(c);
                return Task.CompletedTask;
            }, options);
            a.MapWebSocket("/publish", c => c.OnMessageDo(m =>
                group.Broadcast(PreparedMessage.Binary(Enumerable.Range(0, Size).Select(i => (byte)(i * (m.Data.Span[0] | 1))).ToArray()))));
        });
        var subscribers = new List<Socket>();
        for (int i = 0; i < Subscribers; i++)
            subscribers.Add(await SubscribeAsync(app.Port));
        await Patience.UntilAsync(() => group.Count == Subscribers, "Every subscriber");
        const int Expected = Messages * (10 + Size);
        var reading = subscribers.Skip(Silent).Select(s => ReadAsync(s, Expected)).ToList();
        await using var publisher = await app.OpenAsync("/publish");
        for (int i = 0; i < Messages; i++)
            await publisher.SendTextAsync($"{i}");
        await Task.WhenAll(reading).Soon();
        // And now those who did not read.
        reading.AddRange(subscribers.Take(Silent).Select(s => ReadAsync(s, Expected)));
        foreach (byte[] frames in await Task.WhenAll(reading).Soon())
        {
            for (int i = 0; i < Messages; i++)
            {
                var frame = frames.AsSpan(i * (10 + Size), 10 + Size);
                frame[..2].ToArray().ShouldBe([0x82, 127]);
                int factor = "012"[i] | 1;
                for (int j = 0; j < Size; j++)
                {
                    if (frame[10 + j] != (byte)(j * factor))
                        throw new InvalidOperationException($"byte {j} of message {i} is not what was sent");
                }
            }
        }

        subscribers.ForEach(s => s.Dispose());
        await publisher.CloseAsync();
        await publisher.DisposeAsync();
        await Loops.UntilNoneAsync(app);
        app.Logs.ShouldHaveNoFaults();
    }

    private static async Task<Socket> SubscribeAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
        await socket.ConnectAsync(IPAddress.Loopback, port, Patience.Token());
        await socket.SendAsync(Head.Bytes(Head.Of()));
        byte[] head = new byte[1024];
        for (int count = 0; !head.AsSpan(0, count).EndsWith("\r\n\r\n"u8);)
            count += await socket.ReceiveAsync(head.AsMemory(count), Patience.Token());
        return socket;
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int more = await socket.ReceiveAsync(bytes.AsMemory(read));
            more.ShouldBeGreaterThan(0);
            read += more;
        }

        return bytes;
    }
}
