namespace Hutong.Fuzz;

/// <summary>What a target throws: the engine did something that its documentation does not say.</summary>
public sealed class BrokenClaimException : Exception
{
    public BrokenClaimException()
    {
    }

    public BrokenClaimException(string message)
        : base(message)
    {
    }

    public BrokenClaimException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

public static class Claim
{
    public static void That(bool holds, string claim)
    {
        if (!holds)
            throw new BrokenClaimException(claim);
    }

    public static void Same<T>(T expected, T actual, string claim)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new BrokenClaimException($"{claim}: expected {expected}, got {actual}");
    }

    public static void SameList(IReadOnlyList<string> expected, IReadOnlyList<string> actual, string claim)
    {
        if (!expected.SequenceEqual(actual, StringComparer.Ordinal))
            throw new BrokenClaimException($"{claim}:\n expected [{string.Join(" | ", expected)}]\n got      [{string.Join(" | ", actual)}]");
    }
}
