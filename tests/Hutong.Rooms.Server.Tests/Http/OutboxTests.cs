using Hutong.Server;
using Hutong.Server.Internal;

namespace Hutong.Rooms.Server.Http;

public class OutboxTests
{
    [Fact]
    public void Outbox_OverRandomCalls_IsAsAList()
    {
        for (int seed = 1; seed <= 300; seed++)
            Run(new Random(seed), seed);
    }

    [Fact]
    public void TryAdd_OneThatIsLargerThanTheBound_IsTakenByAnEmptyOne()
    {
        var outbox = new Outbox(new() { OutboxBytes = 10 });
        outbox.TryAdd(Message(1)).ShouldBeTrue();
        outbox.TryAdd(Message(2)).ShouldBeFalse();
        outbox.TryAdd(Message(3), always: true).ShouldBeTrue();
        outbox.PendingMessages.ShouldBe(2);
    }

    private static OutgoingMessage Message(int number, int size = 0) => new("n", Payload.From(number + new string('x', size)));

    /// <summary>The model: all messages ever added, and what the client has.</summary>
    private static void Run(Random random, int seed)
    {
        var options = new RoomsHttpOptions { OutboxMessages = random.Next(1, 20), OutboxBytes = random.Next(100, 3000), ReplayMessages = random.Next(1, 10), ReplayBytes = random.Next(100, 2000) };
        var outbox = new Outbox(options);
        var all = new List<OutgoingMessage>();
        int sent = 0;
        int received = 0;
        for (int step = 0; step < 300; step++)
        {
            string what = $"seed {seed}, step {step}";
            switch (random.Next(5))
            {
                case 0 or 1:
                    var message = Message(step, random.Next(100));
                    long pending = all.Skip(sent).Sum(m => HttpDialect.Of(m).Length);
                    bool expected = all.Count == sent || (all.Count - sent < options.OutboxMessages && pending + HttpDialect.Of(message).Length <= options.OutboxBytes);
                    outbox.TryAdd(message).ShouldBe(expected, what);
                    if (expected)
                        all.Add(message);
                    break;
                case 2 or 3:
                    bool taken = outbox.TryTake(int.MaxValue, always: true, out long number, out var next);
                    taken.ShouldBe(sent < all.Count, what);
                    if (!taken)
                        break;
                    number.ShouldBe(++sent, what);
                    next.ShouldBeSameAs(all[sent - 1], what);
                    break;
                default:
                    int claim = random.Next(received - 1, sent + 2);
                    bool rewound = outbox.TryRewind(claim);
                    if (claim > sent || claim < received)
                        rewound.ShouldBeFalse(what);
                    // What the last answer held can always be had again, if it was one message.
                    else if (claim >= sent - 1)
                        rewound.ShouldBeTrue(what);
                    if (rewound)
                        (received, sent) = (claim, claim);
                    break;
            }

            outbox.Last.ShouldBe(all.Count, what);
            outbox.PendingMessages.ShouldBe(all.Count - sent, what);
            outbox.PendingBytes.ShouldBe(all.Skip(sent).Sum(m => HttpDialect.Of(m).Length), what);
        }
    }
}

public class SessionTokenTests
{
    [Theory]
    [InlineData("a.b", true)]
    [InlineData("abc-_.def-_", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("a.", false)]
    [InlineData(".b", false)]
    [InlineData("ab", false)]
    [InlineData("a.b.c", false)]
    [InlineData(null, false)]
    public void TryParse_AToken_IsTwoParts(string? text, bool expected) => SessionToken.TryParse(text, out _).ShouldBe(expected);

    [Theory]
    [InlineData("a.b.7", true, 7, null)]
    [InlineData("a.b.7.e.f~:9", true, 7, "e.f~:9")]
    [InlineData("a.b.7.e", true, 7, null)]
    [InlineData("a.b.7.e:-1", true, 7, null)]
    [InlineData("a.b.7.e:9007199254740992", true, 7, null)]
    [InlineData("a.b", false, 0, null)]
    [InlineData("a.b.", false, 0, null)]
    [InlineData("a.b.x", false, 0, null)]
    [InlineData("a.b.-7", false, 0, null)]
    [InlineData("a.b.99999999999999999999", false, 0, null)]
    public void TryParseEventId_AnId_IsATokenANumberAndPerhapsAPosition(string text, bool expected, long received, string? position)
    {
        SessionToken.TryParseEventId(text, out _, out long number, out var found).ShouldBe(expected);
        if (expected)
            number.ShouldBe(received);
        found?.ToString().ShouldBe(position);
        (found is null).ShouldBe(position is null);
    }

    [Fact]
    public void Secret_Compared_IsTheSameOrNot()
    {
        string secret = Secret.Create();
        secret.Length.ShouldBe(24);
        Secret.Equals(secret, secret.ToCharArray()).ShouldBeTrue();
        Secret.Equals(secret, secret.AsSpan(1)).ShouldBeFalse();
        Secret.Equals(secret, Secret.Create()).ShouldBeFalse();
    }
}
