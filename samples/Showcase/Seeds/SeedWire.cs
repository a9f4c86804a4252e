using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Rooms;

namespace Showcase.Seeds;

/// <summary>A session whose client speaks a dialogue of its own: what the rooms say is translated on its way out.</summary>
internal sealed class SeedWire(WebSocketConnection connection, Func<OutgoingMessage, string?> translate) : SessionWire
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private int _awaitsDrained;

    public override string Name => "seed";

    public override Dialect Dialect => NoDialect.Instance;

    public override SessionLag Pending => new(0, connection.BufferedAmount);

    public override bool TrySend(OutgoingMessage message) => translate(message) is not { } text || connection.TrySend(text);

    public override void NotifyDrained(long bytes)
    {
        if (Interlocked.Exchange(ref _awaitsDrained, 1) == 0)
            _ = WaitUntilDrainedAsync(bytes);
    }

    public override void Close(int code, string reason) => _ = connection.CloseAsync((CloseCode)code, reason);

    private async Task WaitUntilDrainedAsync(long bytes)
    {
        // Never within the caller, or a reader that stays behind would go round in circles.
        do
            await Task.Delay(Look);
        while (connection.IsOpen && connection.BufferedAmount > bytes);
        Volatile.Write(ref _awaitsDrained, 0);
        if (connection.IsOpen)
            Session?.Drained();
    }

    private sealed class NoDialect : Dialect
    {
        public static NoDialect Instance { get; } = new();

        public override object Encode(OutgoingMessage message) => message;
    }
}
