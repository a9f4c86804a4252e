namespace Hutong.Interop;

/// <summary>What a peer reports about one check.</summary>
internal sealed record CheckResult(string Check, bool Ok, string? Error = null)
{
    public static async Task<CheckResult> RunAsync(string name, Func<Task> check)
    {
        try
        {
            await check().WaitAsync(TimeSpan.FromSeconds(60));
            return new(name, Ok: true);
        }
        catch (Exception e)
        {
            return new(name, Ok: false, e.ToString());
        }
    }

    /// <summary>Fails the test if a check failed or is missing.</summary>
    public static void ShouldAllPass(IReadOnlyCollection<CheckResult> results, IEnumerable<string> expected, string output = "")
    {
        string[] failures =
        [
            .. results.Where(result => !result.Ok).Select(result => $"{result.Check}: {result.Error}"),
            .. expected.Except(results.Select(result => result.Check), StringComparer.Ordinal).Select(check => $"{check}: was not reported"),
        ];
        if (failures.Length > 0)
            Assert.Fail($"{string.Join("\n", failures)}\n{output}");
    }
}
