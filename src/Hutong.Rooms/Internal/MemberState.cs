namespace Hutong.Rooms.Internal;

/// <summary>What becomes of a publication for a member.</summary>
internal enum MemberState : byte
{
    /// <summary>It is sent.</summary>
    Live,

    /// <summary>It waits until the history that the member asked for has been read.</summary>
    Joining,

    /// <summary>It is left out: the member's queue was full, and has to drain first.</summary>
    Behind,

    /// <summary>It is left out: what was left out before is being read from the history.</summary>
    CatchingUp,

    /// <summary>It is left out: the session is being closed.</summary>
    Cut,
}
