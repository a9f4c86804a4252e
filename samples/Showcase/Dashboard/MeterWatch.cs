using System.Diagnostics.Metrics;

namespace Showcase.Dashboard;

/// <summary>Adds up what Hutong's own meters say.</summary>
internal sealed class MeterWatch : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _received;
    private long _sent;
    private long _open;

    public MeterWatch()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name is "hutong.connection.messages" or "hutong.server.active_connections")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(Take);
        _listener.Start();
    }

    /// <summary>Messages received so far.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Messages sent so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>WebSockets that are open.</summary>
    public long Open => Interlocked.Read(ref _open);

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (instrument.Name == "hutong.server.active_connections")
        {
            Interlocked.Add(ref _open, value);
            return;
        }

        foreach (var (name, direction) in tags)
        {
            if (name == "network.io.direction")
                Interlocked.Add(ref direction is "receive" ? ref _received : ref _sent, value);
        }
    }
}
