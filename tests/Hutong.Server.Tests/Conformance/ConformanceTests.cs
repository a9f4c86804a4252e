using Hutong.Server.Tests.Support;

namespace Hutong.Server.Tests.Conformance;

/// <summary>Every case against a server that answers in place.</summary>
public class InPlaceConformanceTests(EchoServers servers)
{
    public static TheoryData<string> Names() => [.. Cases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Echo_Case_IsAsTheRfcSays(string name) => Probe.RunAsync(name, servers.Port, tls: false, "/echo");
}

/// <summary>Every case against a server that reads and answers in its own time.</summary>
public class ReaderConformanceTests(EchoServers servers)
{
    public static TheoryData<string> Names() => [.. Cases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task EchoAsync_Case_IsAsTheRfcSays(string name) => Probe.RunAsync(name, servers.Port, tls: false, "/echo-async");
}

/// <summary>Every case over TLS.</summary>
public class TlsConformanceTests(EchoServers servers)
{
    public static TheoryData<string> Names() => [.. Cases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task EchoOverTls_Case_IsAsTheRfcSays(string name) => Probe.RunAsync(name, servers.TlsPort, tls: true, "/echo");

    [Theory]
    [MemberData(nameof(Names))]
    public Task EchoAsyncOverTls_Case_IsAsTheRfcSays(string name) => Probe.RunAsync(name, servers.TlsPort, tls: true, "/echo-async");
}

static class Probe
{
    public static async Task RunAsync(string name, int port, bool tls, string path)
    {
        await using var peer = await WirePeer.OpenAsync(port, path, tls);
        await Cases.All[name](new Prober(peer, answersInPlace: path == "/echo"));
    }
}
