namespace Hutong.Client.Internal;

/// <summary>What a close code means for the one who lost the connection.</summary>
internal enum Verdict
{
    Retry,
    End,
    Refused,
    Auth,
}
