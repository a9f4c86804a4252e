using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Testing;
using Hutong.Transport.Internal;

namespace Hutong.Transport;

/// <summary>
/// Whatever a member of groups is sent, by which group or by itself, on its loop or not, comes in the order of the calls: broadcasts may wait for the end of
/// a turn, but nothing overtakes them.
/// </summary>
public class GroupOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Broadcast_AmongAllElse_KeepsTheOrderOfTheCalls(int groups) => Seeded.Run(400, seed => new Run(seed, groups).Check());

    private sealed class Run
    {
        private const int Actions = 60;

        private readonly SimulationScheduler _scheduler;
        private readonly StrictLog _log = new();
        private readonly List<Member> _members = [];
        private readonly ConnectionGroup[] _groups;
        private int _last;

        public Run(int seed, int groups)
        {
            _scheduler = new SimulationScheduler(seed);
            _groups = [.. Enumerable.Range(0, groups).Select(_ => new ConnectionGroup())];
            var loops = Enumerable.Range(0, 2).Select(_ =>
            {
                var sockets = new SimulatedSockets(_scheduler.PipeScheduler);
                return sockets.Loop = new EventLoop(sockets, _log);
            }).ToArray();
            for (int i = 0; i < 7; i++)
            {
                var (near, far) = InMemoryDuplex.CreatePair(new InMemoryDuplexOptions { Scheduler = _scheduler.PipeScheduler, PauseWriterThreshold = 4096 });
                // The last one lives on no loop.
                IConnectionDriver driver = i == 6
                    ? new PipeDriver(near, scheduler: _scheduler.PipeScheduler)
                    : new SocketDriver(loops[i % 2], ((SimulatedSockets)loops[i % 2].Sockets).Add(near));
                var connection = WebSocketConnection.Create(driver, Role.Server, new ConnectionOptions { SendQueueLimit = 100_000_000 });
                connection.OnMessage = (_, _) => Act(2);
                _members.Add(new Member(connection, far));
            }
        }

        public void Check()
        {
            _scheduler.Run(async () =>
            {
                foreach (var member in _members)
                    member.Reading = ReadAsync(member);
                for (int i = 0; i < Actions; i++)
                {
                    if (_scheduler.Random.Next(3) == 0 && Any() is { HasAnswered: false } member)
                        await member.Peer.Output.WriteAsync(new byte[] { 0x82, 0x81, 0, 0, 0, 0, 1 });
                    else
                        Act(1);
                    for (int steps = _scheduler.Random.Next(4); steps > 0; steps--)
                        await Task.Yield();
                }

                foreach (var each in _members)
                {
                    each.Connection.Start();
                    if (!each.IsClosed)
                        Close(each);
                }

                await Task.WhenAll(_members.Select(m => m.Reading!));
            });
            _scheduler.RunUntilIdle();
            _log.Faults.ShouldBeEmpty();
            foreach (var member in _members)
                member.Received.ShouldBe(member.Expected);
            _groups.ShouldAllBe(g => g.Count == 0);
        }

        private void Act(int most)
        {
            for (int count = 1 + _scheduler.Random.Next(most); count > 0; count--)
                Act();
        }

        private void Act()
        {
            var member = Any();
            var group = _groups[_scheduler.Random.Next(_groups.Length)];
            switch (_scheduler.Random.Next(20))
            {
                case < 8:
                    var except = _scheduler.Random.Next(3) == 0 ? member : null;
                    byte[] message = Next();
                    var receivers = _members.Where(m => m.IsIn(group) && m != except).ToList();
                    receivers.ForEach(m => m.Expect(_last));
                    group.Broadcast(PreparedMessage.Binary(message), except?.Connection).ShouldBe(receivers.Count);
                    break;
                case < 12:
                    Send(member);
                    break;
                case < 16:
                    group.Add(member.Connection).ShouldBe(!member.IsOver && member.Groups.Add(group));
                    break;
                case 16:
                    group.Remove(member.Connection).ShouldBe(member.IsIn(group));
                    member.Groups.Remove(group);
                    break;
                case 17 when _scheduler.Random.Next(4) == 0 && !member.IsClosed:
                    Close(member);
                    break;
                default:
                    member.Connection.Start();
                    break;
            }
        }

        private void Send(Member member)
        {
            byte[] message = Next();
            bool accepted = _scheduler.Random.Next(2) == 0
                ? member.Connection.TrySend(message)
                : member.Connection.TrySend(PreparedMessage.Binary(message));
            accepted.ShouldBe(!member.IsClosed);
            member.Expect(_last);
        }

        private static void Close(Member member)
        {
            member.IsClosed = true;
            _ = member.Connection.CloseAsync();
        }

        private byte[] Next()
        {
            byte[] message = new byte[4 + (_scheduler.Random.Next(8) == 0 ? _scheduler.Random.Next(50_000) : _scheduler.Random.Next(300))];
            BinaryPrimitives.WriteInt32BigEndian(message, ++_last);
            return message;
        }

        private Member Any() => _members[_scheduler.Random.Next(_members.Count)];

        /// <summary>Takes frames up to the close frame, and answers it.</summary>
        private async Task ReadAsync(Member member)
        {
            while (true)
            {
                var read = await member.Peer.Input.ReadAsync();
                var rest = read.Buffer;
                while (TryTakeFrame(ref rest, out byte opcode, out int number))
                {
                    member.HasAnswered = opcode == 8;
                    if (member.HasAnswered)
                        await member.Peer.Output.WriteAsync(new byte[] { 0x88, 0x80, 0, 0, 0, 0 });
                    else
                        member.Received.Add(number);
                }

                member.Peer.Input.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                    break;
                for (int steps = _scheduler.Random.Next(3); steps > 0; steps--)
                    await Task.Yield();
            }

            await member.Peer.Output.CompleteAsync();
        }

        private static bool TryTakeFrame(ref ReadOnlySequence<byte> bytes, out byte opcode, out int number)
        {
            (opcode, number) = (0, 0);
            byte[] start = bytes.Slice(0, Math.Min(bytes.Length, FrameHeader.MaxSize)).ToArray();
            if (FrameHeader.TryRead(start, out var header, out _) != OperationStatus.Done || bytes.Length < header.Size + header.PayloadLength)
                return false;
            opcode = (byte)header.Opcode;
            if (opcode == 2)
                number = BinaryPrimitives.ReadInt32BigEndian(bytes.Slice(header.Size, 4).ToArray());
            bytes = bytes.Slice(header.Size + header.PayloadLength);
            return true;
        }
    }

    private sealed class Member(WebSocketConnection connection, IDuplexPipe peer)
    {
        public WebSocketConnection Connection { get; } = connection;

        public IDuplexPipe Peer { get; } = peer;

        public HashSet<ConnectionGroup> Groups { get; } = [];

        public List<int> Expected { get; } = [];

        public List<int> Received { get; } = [];

        public bool IsClosed { get; set; }

        public bool HasAnswered { get; set; }

        // What is over has left by itself.
        public bool IsIn(ConnectionGroup group) => Groups.Contains(group) && !IsOver;

        public bool IsOver => Connection.State == ReadyState.Closed;

        public Task? Reading { get; set; }

        public void Expect(int number)
        {
            if (!IsClosed)
                Expected.Add(number);
        }
    }
}
