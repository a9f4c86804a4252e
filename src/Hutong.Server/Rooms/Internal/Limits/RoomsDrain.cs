using System.Runtime.CompilerServices;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Hutong.Server.Internal;

/// <summary>
/// Sends the sessions of a graph away when the host stops: each is told when its turn comes, so that not all come back to the other nodes at once,
/// and is closed with 1012 then, in batches.
/// </summary>
internal sealed class RoomsDrain
{
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(50);
    private static readonly ConditionalWeakTable<RoomGraph, RoomsDrain> Drains = [];

    private readonly RoomGraph _graph;
    private readonly ServerState _server;
    private readonly TimeSpan _patience;
    private readonly Lock _gate = new();
    private readonly List<HttpSessions> _http = [];
    private TimeSpan _time;
    private ITimer? _timer;
    private Session[] _sessions = [];
    private int _done;
    private long _began;

    private RoomsDrain(RoomGraph graph, IServiceProvider services)
    {
        _graph = graph;
        _server = ServerState.For(services);
        // The rest is for what is still on the way, and for the host's other services.
        _patience = (services.GetService<IOptions<HostOptions>>()?.Value.ShutdownTimeout ?? TimeSpan.FromSeconds(30)) * 0.75;
        services.GetService<IHostApplicationLifetime>()?.ApplicationStopping.Register(Begin);
    }

    /// <summary>Adds an address of the graph.</summary>
    public static void Add(RoomGraph graph, HttpSessions http, TimeSpan time, IServiceProvider services)
    {
        var drain = Drains.GetValue(graph, g => new RoomsDrain(g, services));
        lock (drain._gate)
        {
            drain._http.Add(http);
            if (time > drain._time)
                drain._time = time;
        }
    }

    private void Begin()
    {
        // First: whoever is let in at the same time finds out after the fact. See RoomsEndpoint.SendAwayIfStopping.
        _server.Stop();
        lock (_gate)
        {
            _time = _time < _patience ? _time : _patience;
            _sessions = [.. _graph.Sessions];
            _began = _graph.Options.TimeProvider.GetTimestamp();
            if (_sessions.Length > 0)
                ServerLog.Draining(_server.Log, _sessions.Length, _time.TotalSeconds);
        }

        for (int i = 0; i < _sessions.Length; i++)
            _sessions[i].TrySend(HttpMessages.Drain(DueOf(i)));
        if (_time > TimeSpan.Zero && _sessions.Length > 0)
        {
            lock (_gate)
                _timer = _graph.Options.TimeProvider.CreateTimer(static state => ((RoomsDrain)state!).CloseDue(), this, Batch, Batch);
            return;
        }

        CloseDue();
    }

    private TimeSpan DueOf(int index) => _time * ((index + 1.0) / _sessions.Length);

    private void CloseDue()
    {
        int from;
        int to;
        lock (_gate)
        {
            var elapsed = _graph.Options.TimeProvider.GetElapsedTime(_began);
            from = to = _done;
            while (to < _sessions.Length && DueOf(to) <= elapsed)
                to++;
            _done = to;
        }

        for (int i = from; i < to; i++)
            _sessions[i].Close(SessionClose.Restart);
        if (to < _sessions.Length)
            return;
        HttpSessions[] http;
        lock (_gate)
        {
            _timer?.Dispose();
            http = [.. _http];
        }

        foreach (var sessions in http)
            sessions.EndUnread();
    }
}
