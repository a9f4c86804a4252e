using System.Buffers;

namespace Hutong.Protocol;

/// <summary>Two ends in one memory: what one sends, the other sees, however the bytes between them are cut.</summary>
public class WebSocketProtocolTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Pair_RandomTraffic_BothSeeTheSameInOrderAndCloseCleanly(int batch)
    {
        for (int seed = batch * 100; seed < (batch + 1) * 100; seed++)
        {
            try
            {
                RunPair(new Random(seed));
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }

    [Fact]
    public void Pair_BothCloseAtOnce_BothAreCleanWithThePeersCode()
    {
        using var server = new End(Role.Server, extended: false);
        using var client = new End(Role.Client, extended: false);
        server.Protocol.TryWriteClose(server.Output, new CloseStatus(CloseCode.GoingAway, "s"));
        client.Protocol.TryWriteClose(client.Output, new CloseStatus(CloseCode.Normal, "c"));
        var random = new Random(1);
        while (server.MoveTo(client, random) | client.MoveTo(server, random))
        {
        }

        server.Protocol.Closing.Result.ShouldBe(new CloseStatus(CloseCode.Normal, "c"));
        client.Protocol.Closing.Result.ShouldBe(new CloseStatus(CloseCode.GoingAway, "s"));
        server.Protocol.Closing.Step.ShouldBe(ClosingStep.CloseTransport);
        client.Protocol.Closing.Step.ShouldBe(ClosingStep.AwaitEnd);
        server.Protocol.Closing.IsClean.ShouldBeTrue();
        client.Protocol.Closing.IsClean.ShouldBeTrue();
    }

    private static void RunPair(Random random)
    {
        bool extended = random.Next(2) == 0;
        using var server = new End(Role.Server, extended);
        using var client = new End(Role.Client, extended);
        End[] ends = [server, client];
        int turns = random.Next(5, 60);
        for (int i = 0; i < turns; i++)
        {
            var from = ends[random.Next(2)];
            from.Act(random);
            if (random.Next(3) > 0)
                from.MoveTo(from == server ? client : server, random);
        }

        ends[random.Next(2)].Close(random);
        if (random.Next(4) == 0)
            ends[random.Next(2)].Close(random);
        while (server.MoveTo(client, random) | client.MoveTo(server, random))
        {
        }

        // What was sent before the peer's close frame arrived counts; pongs come with the pings.
        Compare(server, client);
        Compare(client, server);
        foreach (var end in ends)
        {
            end.Protocol.Closing.Error.ShouldBeNull();
            end.Protocol.Closing.IsClean.ShouldBeTrue();
        }

        server.Protocol.Closing.Step.ShouldBe(ClosingStep.CloseTransport);
        client.Protocol.Closing.Step.ShouldBe(ClosingStep.AwaitEnd);
    }

    private static void Compare(End from, End to)
    {
        string close = to.Seen[^1];
        close.ShouldStartWith("Close ");
        Claim.SameList(from.Sent, [.. to.Seen.SkipLast(1).Where(l => !l.StartsWith("Pong", StringComparison.Ordinal))], "messages and pings");
        Claim.SameList(
            [.. from.Seen.Where(l => l.StartsWith("Ping", StringComparison.Ordinal)).Take(from.PongsOwed).Select(l => l.Replace("Ping", "Pong", StringComparison.Ordinal))],
            [.. to.Seen.Where(l => l.StartsWith("Pong", StringComparison.Ordinal))],
            "pongs");
    }

    private sealed class End(Role role, bool extended) : IDisposable
    {
        private readonly Transcript _transcript = new(keepOpenMessage: false);
        private readonly List<byte> _fragments = [];
        private Opcode _opcode;

        public WebSocketProtocol Protocol { get; } =
            new(role, 1 << 20, extended ? new AwkwardTransform { MaxWritten = 50, MaxConsumed = 33, Swallows = true } : null);

        public ArrayBufferWriter<byte> Output { get; } = new();

        public List<string> Sent { get; } = [];

        public IReadOnlyList<string> Seen => _transcript.Finish();

        public int PongsOwed { get; private set; }

        private int Moved { get; set; }

        public void Act(Random random)
        {
            if (!Protocol.CanSend)
                return;
            byte[] payload = new byte[random.Next(4) == 0 ? random.Next(5000) : random.Next(140)];
            random.NextBytes(payload);
            int what = random.Next(4);
            if (what == 0)
            {
                Protocol.Sender.WritePing(Output, payload.AsSpan(0, Math.Min(payload.Length, 125)));
                Sent.Add($"Ping {Transcript.Message(Opcode.Text, payload.AsSpan(0, Math.Min(payload.Length, 125)))[5..]}");
            }
            else if (what == 1 || Protocol.Sender.InMessage)
            {
                Fragment(payload, random);
            }
            else if (what == 2)
            {
                string text = Conversation.Text(random, random.Next(300));
                Protocol.Sender.WriteText(Output, text, transform: random.Next(2) == 0);
                Sent.Add(Transcript.Message(Opcode.Text, System.Text.Encoding.UTF8.GetBytes(text)));
            }
            else
            {
                Protocol.Sender.WriteMessage(Output, Opcode.Binary, payload, transform: random.Next(2) == 0);
                Sent.Add(Transcript.Message(Opcode.Binary, payload));
            }
        }

        public void Close(Random random) =>
            Protocol.TryWriteClose(Output, random.Next(3) == 0 ? new(CloseCode.NoStatus, "") : new((CloseCode)random.Next(3000, 5000), "bye"));

        /// <summary>Carries over some of the bytes, in random pieces.</summary>
        public bool MoveTo(End peer, Random random)
        {
            byte[] bytes = Output.WrittenSpan[Moved..].ToArray();
            if (bytes.Length == 0)
                return false;
            int count = random.Next(1, bytes.Length + 1);
            Moved += count;
            var rest = bytes.AsMemory(0, count);
            foreach (int length in Cuts.Random(count, random))
            {
                var input = rest[..length];
                rest = rest[length..];
                while (peer.Protocol.TryReceive(ref input, out var e))
                {
                    peer._transcript.Add(e);
                    bool answered = peer.Protocol.Answer(e, peer.Output);
                    if (answered && e.Kind == WebSocketEventKind.Ping)
                        peer.PongsOwed++;
                }
            }

            return true;
        }

        public void Dispose() => Protocol.Dispose();

        private void Fragment(byte[] payload, Random random)
        {
            if (!Protocol.Sender.InMessage)
            {
                _opcode = Opcode.Binary;
                _fragments.Clear();
            }

            bool last = random.Next(3) == 0;
            Protocol.Sender.WriteFragment(Output, _opcode, payload, last, transform: random.Next(2) == 0);
            _fragments.AddRange(payload);
            if (last)
                Sent.Add(Transcript.Message(_opcode, [.. _fragments]));
        }
    }
}
