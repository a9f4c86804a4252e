using System.Text.Json;

namespace Hutong.Client.Internal;

/// <summary>Watches one connection after the other, with the one timer that it is lent.</summary>
internal sealed class Heartbeat(ClientHeartbeatOptions? options, TimeProvider time, Heartbeat.IWatched link)
{
    // Who comes back cannot wait for the whole timeout to know whether the connection still lives.
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(5);

    private bool _running;
    private long _heard;
    private long _bytes;
    private long? _probed;
    private long? _asked;
    private long _armed;
    private TimeSpan _delay;
    private DateTimeOffset _due;
    private long _roundTrip = -1;

    /// <summary>What it needs of the link.</summary>
    internal interface IWatched
    {
        long BytesReceived { get; }

        void Arm(TimeSpan delay, Action then);

        void SendProbe(Probe probe);

        void FoundDead();
    }

    /// <summary>The time between the last probe and its answer; from any thread.</summary>
    public TimeSpan? RoundTripTime => Volatile.Read(ref _roundTrip) is var ticks && ticks >= 0 ? TimeSpan.FromTicks(ticks) : null;

    public static bool IsPong(ClientMessage message) =>
        message.IsRaw
            ? message.Text == "pong" || (message.Field("resp_type") is { ValueKind: JsonValueKind.Number } type && type.TryGetInt32(out int number) && number == 1)
            : message.Type == "pong";

    public void Start()
    {
        if (options is null)
            return;
        _running = true;
        _asked = _probed = null;
        _heard = time.GetTimestamp();
        _bytes = link.BytesReceived;
        Wait(options.Interval);
    }

    public void Stop() => _running = false;

    /// <summary>Something came.</summary>
    /// <returns>Whether it is an answer to a probe.</returns>
    public bool Hear(ClientMessage message)
    {
        Live();
        if (!(options?.IsAnswer ?? IsPong)(message))
            return false;
        Answered();
        return true;
    }

    /// <summary>The answer to a ping of the protocol.</summary>
    public void HearPong()
    {
        Live();
        Answered();
    }

    /// <summary>Asks at once, with little patience.</summary>
    public void AskNow()
    {
        if (_running && (_probed is null || _delay - time.GetElapsedTime(_armed) > Quick))
            Ask(Quick);
    }

    private void Live()
    {
        _heard = time.GetTimestamp();
        _bytes = link.BytesReceived;
        if (!_running || _probed is null)
            return;
        _probed = null;
        Wait(options!.Interval);
    }

    private void Answered()
    {
        if (_asked is { } asked)
            Volatile.Write(ref _roundTrip, time.GetElapsedTime(asked).Ticks);
        _asked = null;
    }

    private void Ask(TimeSpan patience)
    {
        _probed = _asked = time.GetTimestamp();
        _bytes = link.BytesReceived;
        Wait(patience < options!.Timeout ? patience : options.Timeout);
        link.SendProbe(options.Message);
    }

    private void Wait(TimeSpan delay)
    {
        _armed = time.GetTimestamp();
        _delay = delay;
        _due = time.GetUtcNow() + delay;
        link.Arm(delay, Tick);
    }

    private void Tick()
    {
        // Part of a message is life too.
        if (link.BytesReceived is var bytes && bytes != _bytes)
        {
            _bytes = bytes;
            _heard = time.GetTimestamp();
            _probed = null;
        }

        var idle = options!.Interval - time.GetElapsedTime(_heard);
        // A timer that comes so late slept with the machine: what it waited for may lie unread.
        bool slept = time.GetUtcNow() - _due > Quick;
        if (_probed is null && idle > TimeSpan.Zero)
            Wait(idle);
        else if (_probed is not null && !slept)
            link.FoundDead();
        else
            Ask(slept ? Quick : TimeSpan.MaxValue);
    }
}
