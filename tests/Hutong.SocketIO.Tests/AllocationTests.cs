using Hutong.Connections;
using Hutong.Server;
using Hutong.SocketIO.Internal;
using Hutong.SocketIO.Tests.Support;

namespace Hutong.SocketIO.Tests;

/// <summary>What a message costs.</summary>
public class AllocationTests
{
    [Fact]
    public async Task Event_ThatIsAnswered_AllocatesLittle()
    {
        using var bench = new SocketBench();
        bench.Server.OnConnection(socket => socket.On("add", (int a, int b) => a + b));
        var link = new NullLink(bench.Open().Request);
        var client = bench.Server.Open(link);
        await client.ReceiveAsync("0"u8.ToArray(), isBinary: false);
        byte[] question = "212[\"add\",1,2]"u8.ToArray();
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
                await client.ReceiveAsync(question, isBinary: false);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        link.Sent.ShouldBe(20_001);
        // The event, its ack, and the numbers as objects. The answer is written where it leaves.
        (least / 1000).ShouldBeInRange(1, 300);
    }

    private sealed class NullLink(WebSocketRequest request) : IEngineLink
    {
        public int Sent { get; private set; }

        public EngineSocket? Socket => null;

        public WebSocketRequest Request => request;

        public bool IsOpen => true;

        public bool IsWritable => true;

        public long BufferedAmount => 0;

        public WebSocketConnection? Direct => null;

        public bool TrySend(EngineMessage message)
        {
            Sent++;
            return true;
        }

        public bool TrySend(ReadOnlySpan<EngineMessage> messages)
        {
            Sent += messages.Length;
            return true;
        }

        public bool TrySendText(ReadOnlySpan<byte> packet)
        {
            Sent++;
            return true;
        }

        public void NotifyDrained(long bytes, Action callback) => callback();

        public void Close()
        {
        }

        public void Close(EngineCloseReason reason, string? description)
        {
        }
    }
}
