namespace Hutong.Rooms.Protocol;

/// <summary>
/// What a piece of work allocates in steady state: the least of several rounds. Code that allocates does so in every round; but now and then a
/// round catches something of the runtime's own.
/// </summary>
internal static class Allocations
{
    private const int Rounds = 5;

    public static long Least(Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
