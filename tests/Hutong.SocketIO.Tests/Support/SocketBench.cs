using System.Text.Json;
using Hutong.Rooms;
using Hutong.Rooms.Support;
using Hutong.Rooms.Protocol;
using Hutong.Server.Tests.Support;
using Hutong.Testing;
using Microsoft.Extensions.Logging;

namespace Hutong.SocketIO.Tests.Support;

/// <summary>A Socket.IO server in virtual time, on connections in memory.</summary>
internal sealed class SocketBench : IDisposable
{
    public SocketBench(
        SocketIOOptions? options = null, Action<RoomsBuilder>? rooms = null, SocketBench? beside = null, IBackplane? backplane = null, ISocketCluster? cluster = null,
        RoomsOptions? roomsOptions = null, ISocketStateStore? states = null)
    {
        Time = beside?.Time ?? new ManualTimeProvider();
        Logs = new LogCapture();
        var factory = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        Graph = new RoomGraph((roomsOptions ?? new()) with { TimeProvider = Time }, backplane, loggers: factory);
        if (rooms is not null)
            Graph.Configure(rooms);
        Server = new SocketIOServer(Graph, options ?? new(), states, cluster, factory.CreateLogger("Hutong.SocketIO"));
    }

    public ManualTimeProvider Time { get; }

    public LogCapture Logs { get; }

    public RoomGraph Graph { get; }

    public SocketIOServer Server { get; }

    public FakeLink Open(string query = "") => new(Server, query);

    /// <summary>A client that is in a namespace.</summary>
    public async Task<(FakeLink Link, Socket Socket)> ConnectAsync(string nsp = "/", string auth = "")
    {
        var link = Open();
        string answer = await link.ConnectAsync(nsp, auth);
        string sid = JsonDocument.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..]).RootElement.GetProperty("sid").GetString()!;
        return (link, Server.Of(nsp).Sockets[sid]);
    }

    /// <summary>A client of the rooms' own protocol that is in a room.</summary>
    public async Task<TestWire> JoinAsync(string room)
    {
        var wire = new TestWire();
        var session = await Graph.OpenAsync(wire, new SessionStart());
        EnvelopeCodec.Json.TryRead(System.Text.Encoding.UTF8.GetBytes($$"""{"type":"join","room":"{{room}}","id":1}"""), out var envelope, out _).ShouldBeTrue();
        await session!.ReceiveAsync(envelope);
        wire.Texts().Single().ShouldContain("\"ack\"");
        return wire;
    }

    public void Dispose()
    {
        Server.Dispose();
        Graph.Dispose();
    }
}
