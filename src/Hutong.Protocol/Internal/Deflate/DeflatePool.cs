namespace Hutong.Protocol.Internal.Deflate;

/// <summary>
/// Compressors and decompressors for those who keep no context between messages: a few for each thread, so that thousands of connections share
/// what a few messages at a time need, and no lock is asked for.
/// </summary>
internal static class DeflatePool
{
    // A server has one or two sets of parameters; beyond that the oldest goes.
    private const int PerThread = 4;

    [ThreadStatic]
    private static List<Deflater>? _deflaters;

    [ThreadStatic]
    private static List<Inflater>? _inflaters;

    public static Deflater RentDeflater(DeflateParameters parameters)
    {
        for (int i = 0; i < _deflaters?.Count; i++)
        {
            if (_deflaters[i].Parameters.Equals(parameters))
                return Take(_deflaters, i);
        }

        return new Deflater(parameters);
    }

    public static void Return(Deflater deflater) => Return(_deflaters ??= [], deflater);

    public static Inflater RentInflater(int windowBits)
    {
        for (int i = 0; i < _inflaters?.Count; i++)
        {
            if (_inflaters[i].WindowBits != windowBits)
                continue;
            var inflater = Take(_inflaters, i);
            inflater.Reset();
            return inflater;
        }

        return new Inflater(windowBits);
    }

    public static void Return(Inflater inflater) => Return(_inflaters ??= [], inflater);

    private static T Take<T>(List<T> pool, int at)
    {
        var taken = pool[at];
        pool.RemoveAt(at);
        return taken;
    }

    private static void Return<T>(List<T> pool, T item)
        where T : IDisposable
    {
        pool.Add(item);
        if (pool.Count > PerThread)
            Take(pool, 0).Dispose();
    }
}
