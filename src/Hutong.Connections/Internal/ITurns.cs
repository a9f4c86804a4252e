namespace Hutong.Connections.Internal;

/// <summary>An event loop, as far as those who share work on it need to know.</summary>
internal interface ITurns
{
    /// <summary>Makes a way to have work done at the end of a turn, whenever it is asked for.</summary>
    /// <param name="work">The work.</param>
    ITurnRequest Register(ITurnWork work);
}
