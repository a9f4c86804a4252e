using System.Text;

namespace Hutong.Rooms.Support;

/// <summary>A wire for real threads: it notes what it is given, and whether two gave at once.</summary>
internal sealed class CountingWire : SessionWire
{
    private readonly Lock _gate = new();
    private readonly List<OutgoingMessage> _messages = [];
    private int _inside;
    private int _target = int.MaxValue;
    private TaskCompletionSource? _waiting;

    public bool WasEnteredTwice { get; private set; }

    public override string Name => "test";

    public override Dialect Dialect => Internal.JsonEnvelope.Instance;

    public override SessionLag Pending => default;

    public override bool TrySend(OutgoingMessage message)
    {
        if (Interlocked.Increment(ref _inside) > 1)
            WasEnteredTwice = true;
        lock (_gate)
        {
            _messages.Add(message);
            if (_messages.Count >= _target)
                _waiting?.TrySetResult();
        }

        Interlocked.Decrement(ref _inside);
        return true;
    }

    public override void NotifyDrained(long bytes)
    {
    }

    public override void Close(int code, string reason)
    {
    }

    public async Task WaitAsync(int count)
    {
        lock (_gate)
        {
            if (_messages.Count >= count)
                return;
            _target = count;
            _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await _waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public List<string> Payloads() => [.. _messages.OfType<Publication>().Select(m => Encoding.UTF8.GetString(m.Payload.Data.Span))];

    public List<long> Offsets() => [.. _messages.OfType<Publication>().Select(m => m.Position!.Value.Offset)];
}
