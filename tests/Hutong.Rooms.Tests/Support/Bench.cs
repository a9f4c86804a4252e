using System.Security.Claims;
using System.Text;
using Hutong.Rooms.Protocol;
using Hutong.Testing;

namespace Hutong.Rooms.Support;

/// <summary>A graph in virtual time, on one thread.</summary>
internal sealed class Bench : IDisposable
{
    public Bench(
        Action<RoomsBuilder>? configure = null, RoomsOptions? options = null, IServiceProvider? services = null, IBackplane? backplane = null,
        IPresenceStore? presence = null, Bench? beside = null)
    {
        Time = beside?.Time ?? new ManualTimeProvider();
        Scheduler = beside?.Scheduler ?? new SimulationScheduler(1, Time);
        Logs = new Logs();
        Graph = new RoomGraph((options ?? new()) with { TimeProvider = Time }, backplane, presence, services, Logs, Scheduler.PipeScheduler);
        if (configure is not null)
            Graph.Configure(configure);
    }

    public ManualTimeProvider Time { get; }

    public SimulationScheduler Scheduler { get; }

    public Logs Logs { get; }

    public RoomGraph Graph { get; }

    public IRooms Rooms => Graph;

    public static ClaimsPrincipal User(string id) => new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, id)], "test"));

    /// <summary>Opens a session; its messages are read when the test asks for them.</summary>
    public TestWire Open(string? user = null, long limit = 1 << 20, string? address = null)
    {
        var wire = new TestWire { Limit = limit };
        var opening = Graph.OpenAsync(wire, new SessionStart
        {
            User = user is null ? null : User(user),
            RemoteAddress = address is null ? null : System.Net.IPAddress.Parse(address),
        }).AsTask();
        Run();
        opening.IsCompletedSuccessfully.ShouldBeTrue();
        return wire;
    }

    /// <summary>Opens a session that is in a room; what it was told of that has been read.</summary>
    public TestWire OpenIn(string room, string? user = null, long limit = 1 << 20)
    {
        var wire = Open(user, limit);
        Send(wire, $$"""{"type":"join","room":"{{room}}"}""");
        wire.Texts();
        return wire;
    }

    /// <summary>The client sends a message.</summary>
    public void Send(TestWire wire, string json)
    {
        if (EnvelopeCodec.Json.TryRead(Encoding.UTF8.GetBytes(json), out var envelope, out var error))
            _ = wire.Session!.ReceiveAsync(envelope).AsTask();
        else
            wire.Session!.SendError(error!, envelope.Id);
        Run();
    }

    /// <summary>The client sends a message, and reads what comes.</summary>
    public List<string> Ask(TestWire wire, string json)
    {
        Send(wire, json);
        return wire.Texts();
    }

    public StreamPosition? Publish(string room, string type, string? json = null, string? key = null, IReadOnlyList<string>? except = null)
    {
        var payload = json is null ? Payload.None : Payload.Json(Encoding.UTF8.GetBytes(json));
        var publishing = Graph.PublishAsync(room, new PublishRequest(type, payload) { Key = key, Except = except ?? [] }).AsTask();
        Run();
        return publishing.IsCompleted ? publishing.GetAwaiter().GetResult() : null;
    }

    public void Run() => Scheduler.RunUntilIdle();

    public void Advance(TimeSpan by)
    {
        Time.Advance(by);
        Run();
    }

    public void Dispose()
    {
        Graph.Dispose();
        Logs.Errors.ShouldBeEmpty();
    }
}
