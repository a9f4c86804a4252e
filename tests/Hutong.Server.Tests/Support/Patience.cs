namespace Hutong.Server.Tests.Support;

/// <summary>How long a test waits for what must happen before it gives up. Nothing is measured by it.</summary>
internal static class Patience
{
    public static readonly TimeSpan Span = TimeSpan.FromSeconds(30);

    public static CancellationToken Token() => new CancellationTokenSource(Span).Token;

    public static Task Soon(this Task task) => task.WaitAsync(Span);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Span);

    /// <summary>Waits for what nothing announces.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var patience = Token();
        while (!condition())
        {
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"{what} did not happen.");
            await Task.Delay(1);
        }
    }
}
