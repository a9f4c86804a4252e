namespace Hutong.Protocol;

public class FuzzTests
{
    public static TheoryData<string> Targets => [.. Target.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Run_TwentyThousandInputs_OnlyDocumentedOutcomes(string name)
    {
        var target = Target.All.Single(t => t.Name == name);

        var failure = target.Try(seed: 6455, i => i < 20_000);

        failure.ShouldBeNull(failure?.ToString());
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Run_ShortInputs_OnlyDocumentedOutcomes(string name)
    {
        var target = Target.All.Single(t => t.Name == name);
        target.Run([]);
        for (int i = 0; i < 256; i++)
            target.Run([(byte)i]);
        for (int i = 0; i < 65536; i += 5)
            target.Run([(byte)i, (byte)(i >> 8)]);
    }
}
