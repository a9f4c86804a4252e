namespace Hutong.Connections.Internal;

/// <summary>What a reader got when it asked.</summary>
internal enum ReadOutcome
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>Nothing yet.</summary>
    Wait,

    /// <summary>Nothing, ever.</summary>
    End,
}
