namespace Hutong.Connections.Internal;

/// <summary>What is done at the end of a turn, before what the turn has gathered is sent.</summary>
internal interface ITurnWork
{
    /// <summary>Roughly how many connections it concerns.</summary>
    int Weight { get; }

    /// <summary>Does it. On the loop.</summary>
    void Run();
}
