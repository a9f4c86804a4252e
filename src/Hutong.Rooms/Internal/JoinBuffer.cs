namespace Hutong.Rooms.Internal;

/// <summary>What comes while a member joins, until its answer has been sent. Bounded: then the member begins anew without what it missed.</summary>
internal sealed class JoinBuffer(JoinOperation join)
{
    private const int MaxAttempts = 10;

    private int _attempts;

    public JoinOperation Join { get; } = join;

    public List<Publication> Publications { get; } = [];

    public bool IsOverfull { get; private set; }

    /// <summary>Whether the history may be read once more.</summary>
    public bool TryAgain() => ++_attempts < MaxAttempts;

    public void Add(Publication publication, int limit)
    {
        if (Publications.Count < limit)
            Publications.Add(publication);
        else
            IsOverfull = true;
    }
}
