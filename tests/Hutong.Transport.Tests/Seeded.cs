namespace Hutong.Transport;

/// <summary>Runs a simulation once for each seed, and says with which one it failed.</summary>
internal static class Seeded
{
    public static void Run(int seeds, Action<int> run)
    {
        for (int seed = 0; seed < seeds; seed++)
        {
            try
            {
                run(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }
}
