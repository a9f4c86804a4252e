namespace Hutong.Protocol;

/// <summary>Runs a receiver over the same bytes whole, split at each byte, and byte by byte; the reports must be the same.</summary>
internal static class ThreeWays
{
    public const long Limit = 1 << 20;

    public static readonly Role[] Roles = [Role.Server, Role.Client];

    public static IReadOnlyList<string> Read(Role role, byte[] wire, long limit = Limit, Func<IMessageTransform>? transform = null)
    {
        var whole = Read(role, wire, Cuts.Whole(wire.Length), limit, transform);
        Read(role, wire, Cuts.EachByte(wire.Length), limit, transform).ShouldBe(whole, "byte by byte");
        for (int at = 1; at < wire.Length; at++)
            Read(role, wire, Cuts.At(wire.Length, at), limit, transform).ShouldBe(whole, $"split at {at}");
        return whole;
    }

    public static IReadOnlyList<string> Read(Role role, byte[] wire, int[] pieces, long limit = Limit, Func<IMessageTransform>? transform = null)
    {
        using var receiver = new Receiver(role, limit, transform?.Invoke());
        return Transcript.Of(receiver, wire, pieces);
    }

    /// <summary>Which error shows, and how many bytes it takes until it does, when they come one by one.</summary>
    public static (ProtocolError? Error, int After) FirstError(Role role, byte[] wire, long limit = Limit, Func<IMessageTransform>? transform = null)
    {
        using var receiver = new Receiver(role, limit, transform?.Invoke());
        for (int i = 0; i < wire.Length; i++)
        {
            Memory<byte> input = new[] { wire[i] };
            while (receiver.TryRead(ref input, out var e))
            {
                if (e.Error is { } error)
                    return (error, i + 1);
            }
        }

        return (null, wire.Length);
    }
}
