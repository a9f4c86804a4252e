using System.Security.Claims;
using Hutong.Server;
using Hutong.Testing;

namespace Hutong.Rooms.Server.Auth;

public class TicketTests
{
    private static readonly ClaimsPrincipal Ada = new(new ClaimsIdentity("test"));

    [Fact]
    public void TryUse_ATicket_WorksOnce()
    {
        var tickets = new RoomTickets(time: new ManualTimeProvider());
        string ticket = tickets.Issue(Ada)!;
        ticket.Length.ShouldBe(36);
        tickets.TryUse(ticket[..^1] + (ticket[^1] == 'A' ? 'B' : 'A'), out _, out _).ShouldBeFalse();
        tickets.TryUse(ticket[..^1], out _, out _).ShouldBeFalse();
        tickets.TryUse("", out _, out _).ShouldBeFalse();
        tickets.TryUse(ticket, out var user, out _).ShouldBeTrue();
        user.ShouldBeSameAs(Ada);
        tickets.TryUse(ticket, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Issue_MoreThanTheBound_IsRefusedUntilSomeHaveRunOut()
    {
        var time = new ManualTimeProvider();
        var tickets = new RoomTickets(TimeSpan.FromSeconds(10), most: 3, time);
        string first = tickets.Issue(Ada)!;
        time.Advance(TimeSpan.FromSeconds(5));
        tickets.Issue(Ada).ShouldNotBeNull();
        tickets.Issue(Ada).ShouldNotBeNull();
        tickets.Issue(Ada).ShouldBeNull();
        time.Advance(TimeSpan.FromSeconds(5));
        tickets.Count.ShouldBe(2);
        tickets.TryUse(first, out _, out _).ShouldBeFalse();
        tickets.Issue(Ada).ShouldNotBeNull();
    }

    [Fact]
    public void Issue_AndUse_OverAndOver_KeepsNothing()
    {
        var tickets = new RoomTickets(most: 2, time: new ManualTimeProvider());
        string unused = tickets.Issue(Ada)!;
        for (int i = 0; i < 1000; i++)
            tickets.TryUse(tickets.Issue(Ada)!, out _, out _).ShouldBeTrue();
        tickets.Count.ShouldBe(1);
        tickets.TryUse(unused, out _, out _).ShouldBeTrue();
    }

    [Fact]
    public void RoomTickets_WithNonsense_Throws()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomTickets(TimeSpan.Zero));
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomTickets(most: 0));
        Should.Throw<ArgumentNullException>(() => new RoomTickets().Issue(null!));
    }
}
