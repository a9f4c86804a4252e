namespace Hutong.Transport;

/// <summary>However a hand-over meets with what else happens: the answer arrives first, no byte is lost, and everything ends once.</summary>
public class HandOverTests
{
    private const int Seeds = 250;

    public static TheoryData<string, bool> Scenarios()
    {
        var data = new TheoryData<string, bool>();
        foreach (string scenario in (string[])
        [
            "", "early", "stall", "halfclose", "early,halfclose", "abort", "early,abort", "abortdriver", "stall,abortdriver", "reset", "early,reset",
            "peerstops", "dispose", "early,dispose", "stall,dispose", "shutdown", "early,shutdown", "stall,shutdown", "abort,abortdriver,reset",
            "early,halfclose,dispose", "stall,halfclose", "early,halfclose,abort,abortdriver,reset,dispose,shutdown",
        ])
        {
            data.Add(scenario, true);
            data.Add(scenario, false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void HandOver_AmidWhatMayHappen_LosesNothingAndEndsOnce(string scenario, bool keepsRequest) =>
        Seeded.Run(Seeds, seed => new HandOverExploration(seed, scenario.Split(',', StringSplitOptions.RemoveEmptyEntries), keepsRequest).Run());
}
