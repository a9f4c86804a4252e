namespace Hutong.Fuzz;

/// <summary>Tries one input; throws on anything that is not documented.</summary>
public delegate void FuzzTarget(ReadOnlySpan<byte> data);

/// <summary>A parser under test, and how to make inputs for it.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Run">Tries one input.</param>
/// <param name="Generate">Makes an input that is valid or nearly so.</param>
public sealed record Target(string Name, FuzzTarget Run, Func<Random, byte[]> Generate)
{
    public static IReadOnlyList<Target> All { get; } =
    [
        new("frame-header", FrameHeaderTarget.Run, FrameHeaderTarget.Generate),
        new("receiver-server", ReceiverTarget.RunServer, random => ReceiverTarget.Generate(random, Role.Server)),
        new("receiver-client", ReceiverTarget.RunClient, random => ReceiverTarget.Generate(random, Role.Client)),
        new("utf8", Utf8Target.Run, Utf8Target.Generate),
        new("close-payload", ClosePayloadTarget.Run, ClosePayloadTarget.Generate),
        new("handshake-request", HandshakeRequestTarget.Run, HandshakeRequestTarget.Generate),
        new("handshake-response", HandshakeResponseTarget.Run, HandshakeResponseTarget.Generate),
        new("extension-header", ExtensionHeaderTarget.Run, ExtensionHeaderTarget.Generate),
        new("deflate", DeflateTarget.Run, DeflateTarget.Generate),
        new("deflate-offer", DeflateOfferTarget.Run, DeflateOfferTarget.Generate),
        new("origin", OriginTarget.Run, OriginTarget.Generate),
        new("upgrade-request-head", UpgradeRequestHeadTarget.Run, UpgradeRequestHeadTarget.Generate),
        new("envelope-json", EnvelopeTarget.RunJson, EnvelopeTarget.GenerateJson),
        new("envelope-binary", EnvelopeTarget.RunBinary, EnvelopeTarget.GenerateBinary),
        new("socketio-packet", SocketPacketTarget.Run, SocketPacketTarget.Generate),
        new("engine-payload", EnginePayloadTarget.Run, EnginePayloadTarget.Generate),
    ];

    public override string ToString() => Name;

    /// <summary>Tries generated inputs, and stops at the first that fails.</summary>
    /// <param name="seed">Where the inputs come from.</param>
    /// <param name="goesOn">Asked before each iteration, with its number.</param>
    /// <returns>The failure, or null.</returns>
    public FuzzFailure? Try(int seed, Func<long, bool> goesOn)
    {
        var random = new Random(seed);
        for (long i = 0; goesOn(i); i++)
        {
            byte[] input = Mutation.Apply(random, Generate(random));
            try
            {
                Run(input);
            }
            catch (Exception e)
            {
                return new FuzzFailure(this, seed, i, input, e);
            }
        }

        return null;
    }
}

/// <summary>An input that breaks a claim.</summary>
public sealed record FuzzFailure(Target Target, int Seed, long Iteration, byte[] Input, Exception Cause)
{
    public override string ToString() =>
        $"{Target.Name}, seed {Seed}, iteration {Iteration}: {Cause}\ninput: {Convert.ToHexString(Input)}";
}
