namespace Hutong.Transport.Internal;

/// <summary>What other threads ask a loop to do for a socket. Asked twice before it is done, it is done once.</summary>
[Flags]
internal enum Errands
{
    None = 0,
    Start = 1,
    Resume = 2,
    AwaitWritable = 4,
    Flush = 8,
    Abort = 16,
    PoolTurnDone = 32,
    Close = 64,
}
