namespace Showcase.Dashboard;

/// <summary>Keeps the machine busy for a while, so that there is something to see. One load at a time, and it ends by itself.</summary>
internal sealed class LoadMaker(TimeProvider time)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(12);

    private long _until;

    /// <summary>Whether it is at it.</summary>
    public bool IsRunning => time.GetUtcNow().ToUnixTimeMilliseconds() < Interlocked.Read(ref _until);

    /// <summary>Begins, if it is not at it.</summary>
    public bool TryStart()
    {
        if (IsRunning)
            return false;
        Interlocked.Exchange(ref _until, (time.GetUtcNow() + Duration).ToUnixTimeMilliseconds());
        for (int i = 0; i < Environment.ProcessorCount; i++)
            new Thread(Work) { IsBackground = true, Priority = ThreadPriority.BelowNormal, Name = "load" }.Start();
        return true;
    }

    /// <summary>Ends it ahead of time.</summary>
    public void Stop() => Interlocked.Exchange(ref _until, 0);

    private void Work()
    {
        double sum = 0;
        while (IsRunning)
        {
            for (int i = 1; i < 200_000; i++)
                sum += Math.Sqrt(i);
        }

        GC.KeepAlive(sum);
    }
}
