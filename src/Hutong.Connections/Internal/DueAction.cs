namespace Hutong.Connections.Internal;

/// <summary>What is to be done when a connection's deadline has come, outside the lock.</summary>
internal enum DueAction
{
    None,
    Flush,
    AnswerClose,
    Complete,
    Abort,
    AbortDead,
    AbortStuck,
}
