namespace Hutong.Connections.Internal;

/// <summary>Asks for work to be done.</summary>
internal interface ITurnRequest
{
    /// <summary>Has the work done once, at the end of this turn or the next; asked again before it is begun, it is still done once. From any thread.</summary>
    void Post();
}
