using Hutong.Rooms.Internal;

namespace Hutong.Rooms;

public class RoomPatternTests
{
    [Theory]
    [InlineData("chat:1", "chat:1", true)]
    [InlineData("chat:1", "chat:12", false)]
    [InlineData("chat:*", "chat:", true)]
    [InlineData("chat:*", "chat:12", true)]
    [InlineData("chat:*", "cha", false)]
    [InlineData("*", "anything", true)]
    public void Matches_ByNameOrBeginning(string pattern, string name, bool matches) => RoomPattern.Matches(pattern, name).ShouldBe(matches);

    [Theory]
    [InlineData("")]
    [InlineData("a*b")]
    [InlineData("**")]
    public void Check_OfWhatIsNoPattern_Throws(string pattern) => Should.Throw<ArgumentException>(() => RoomPattern.Check(pattern));

    [Fact]
    public void Find_ExactNameThenLongestBeginning_WhateverTheOrder()
    {
        var kinds = Kinds(new RoomsOptions());
        kinds.Add("*", new RoomOptions { HistorySize = 1 });
        kinds.Add("chat:big:*", new RoomOptions { HistorySize = 3 });
        kinds.Add("chat:*", new RoomOptions { HistorySize = 2 });
        kinds.Add("chat:big:1", new RoomOptions { HistorySize = 4 });

        int Of(string room) => kinds.Find(room)!.Options.HistorySize;
        Of("x").ShouldBe(1);
        Of("chat:1").ShouldBe(2);
        Of("chat:big:2").ShouldBe(3);
        Of("chat:big:1").ShouldBe(4);
        Should.Throw<ArgumentException>(() => kinds.Add("chat:*", new RoomOptions()));
    }

    [Fact]
    public void Find_WithoutMatch_GivesTheDefaultOrNothing()
    {
        Kinds(new RoomsOptions()).Find("x").ShouldBeNull();
        Kinds(new RoomsOptions { DefaultRoom = new() }).Find("x").ShouldNotBeNull();
    }

    private static RoomKinds Kinds(RoomsOptions options)
    {
        using var graph = new RoomGraph(options);
        return graph.Kinds;
    }
}
