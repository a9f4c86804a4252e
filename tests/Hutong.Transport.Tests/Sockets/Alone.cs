namespace Hutong.Transport.Sockets;

/// <summary>For tests that measure the process: nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;
