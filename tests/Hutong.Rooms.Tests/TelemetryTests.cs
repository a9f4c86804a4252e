using System.Diagnostics;
using System.Diagnostics.Metrics;
using Hutong.Rooms.Support;

namespace Hutong.Rooms;

/// <summary>What is measured and traced.</summary>
[Collection(nameof(Alone))]
public class TelemetryTests
{
    [Fact]
    public void Meter_CountsWhatHappens()
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Hutong.Rooms")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, 1, tags));
        listener.Start();

        using (var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 5, ClientPublish = true }).Map("v", new RoomOptions { Delivery = Delivery.Volatile, BehindBytes = 50 })))
        {
            var wire = bench.OpenIn("r");
            var other = bench.OpenIn("r");
            bench.Ask(wire, """{"type":"said","id":"a","room":"r"}""");
            bench.Ask(wire, """{"type":"said","id":"a","room":"r"}""");
            bench.Ask(wire, """{"type":"said","room":"x"}""");
            bench.Ask(wire, """{"type":"join","room":"v","since":{"epoch":"e","offset":1}}""");
            bench.Publish("v", "at", $"\"{new string('x', 100)}\"");
            bench.Publish("v", "at");
            sums["hutong.rooms.active_sessions hutong.wire=test"].ShouldBe(2);
            sums["hutong.rooms.active_rooms"].ShouldBe(2);
            sums["hutong.rooms.members"].ShouldBe(3);
            bench.Advance(TimeSpan.FromSeconds(31));
            wire.End();
            other.End();
            bench.Run();
        }

        sums["hutong.rooms.active_sessions hutong.wire=test"].ShouldBe(0);
        sums["hutong.rooms.active_rooms"].ShouldBe(0);
        sums["hutong.rooms.members"].ShouldBe(0);
        sums["hutong.rooms.joins hutong.recovered=not_asked"].ShouldBe(2);
        sums["hutong.rooms.joins hutong.recovered=no"].ShouldBe(1);
        sums["hutong.rooms.publications"].ShouldBe(3);
        sums["hutong.rooms.deliveries"].ShouldBe(3);
        sums["hutong.rooms.dropped_deliveries hutong.reason=behind"].ShouldBe(1);
        sums["hutong.rooms.duplicates"].ShouldBe(1);
        sums["hutong.rooms.messages"].ShouldBe(5);
        sums["hutong.rooms.messages error.type=unknown_room"].ShouldBe(1);
        sums["hutong.rooms.handler.duration"].ShouldBe(1);
        sums["hutong.rooms.session.lag hutong.wire=test"].ShouldBeGreaterThan(0);

        void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var (key, tag) in tags)
                name += $" {key}={tag}";
            sums[name] = sums.GetValueOrDefault(name) + value;
        }
    }

    [Fact]
    public void BehindMembers_AreCountedInAndOut()
    {
        long behind = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "hutong.rooms.behind_members")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => behind += value);
        listener.Start();
        foreach (var delivery in (Delivery[])[Delivery.All, Delivery.Latest])
        {
            using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 100, Delivery = delivery, WhenBehind = WhenBehind.Drop, BehindBytes = 100 }));
            var slow = bench.OpenIn("r", limit: 300);
            var gone = bench.OpenIn("r", limit: 300);
            for (int i = 0; i < 10; i++)
                bench.Publish("r", "said", $"\"{new string('x', 200)}\"", key: $"{i % 3}");
            behind.ShouldBe(2);
            gone.End();
            for (int i = 0; i < 20; i++)
            {
                slow.Texts();
                bench.Run();
            }

            behind.ShouldBe(0);
        }
    }

    [Fact]
    public void Activities_SpanMessagesAndPublications()
    {
        var ended = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Hutong.Rooms",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { ClientPublish = true }).On("bad", _ => throw new InvalidOperationException()));
        var wire = bench.OpenIn("r");
        bench.Ask(wire, """{"type":"said","room":"r"}""");
        bench.Ask(wire, """{"type":"bad"}""");
        bench.Logs.Clear();
        ended.Select(a => (a.OperationName, a.GetTagItem("hutong.message_type"), a.GetTagItem("hutong.room"), a.Status)).ShouldBe(
        [
            ("rooms.publish", "said", "r", ActivityStatusCode.Unset), ("rooms.message", "said", "r", ActivityStatusCode.Unset),
            ("rooms.message", "bad", null, ActivityStatusCode.Error),
        ]);
        ended[0].ParentSpanId.ShouldBe(ended[1].SpanId);
    }
}

/// <summary>Meters are the process's: what else runs beside these tests would be counted too.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;
