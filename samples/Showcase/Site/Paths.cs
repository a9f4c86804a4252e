namespace Showcase.Site;

/// <summary>Where things are.</summary>
internal static class Paths
{
    /// <summary>The rooms, by whichever transport.</summary>
    public const string Rooms = "/rt";
}
