using System.Diagnostics.Metrics;

namespace Hutong.Server.Tests.Support;

internal sealed record Measurement(string Name, string? Unit, double Value, IReadOnlyDictionary<string, object?> Tags);

/// <summary>What the meter <c>Hutong.Server</c> measures about one route: other tests run beside this one.</summary>
internal sealed class MetricCapture : IDisposable
{
    readonly MeterListener _listener = new();
    readonly string _route;

    public MetricCapture(string route)
    {
        _route = route;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Hutong.Server")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    public Recorder<Measurement> All { get; } = new();

    public IEnumerable<Measurement> Of(string name) => All.Items.Where(m => m.Name == name);

    /// <summary>Waits until as many connections have been counted out as in, and at least so many.</summary>
    public Task WaitForBalanceAsync(int atLeast) => All.WaitAsync(
        all =>
        {
            var open = all.Where(m => m.Name == "hutong.server.active_connections").ToList();
            return open.Sum(m => m.Value) == 0 && open.Count(m => m.Value > 0) >= atLeast;
        },
        $"{atLeast} connections counted in and out");

    public void Dispose() => _listener.Dispose();

    void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var read = tags.ToArray().ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);
        if (Equals(read.GetValueOrDefault("http.route"), _route))
            All.Add(new Measurement(instrument.Name, instrument.Unit, value, read));
    }
}
