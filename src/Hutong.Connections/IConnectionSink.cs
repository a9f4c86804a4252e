namespace Hutong.Connections;

/// <summary>What a driver tells the connection above it. The contract is in <c>docs/reference/driver.md</c>.</summary>
public interface IConnectionSink
{
    /// <summary>Bytes have come. They are taken whole and may be changed in place; they are the driver's again when this returns.</summary>
    /// <param name="data">The bytes; may be empty.</param>
    /// <param name="endOfTurn">Whether nothing more is at hand now: readers are woken and answers flushed once a turn.</param>
    void OnReceived(Memory<byte> data, bool endOfTurn);

    /// <summary>The transport has taken some of what was unsent.</summary>
    void OnSendProgress();

    /// <summary>Nothing more will come. Called once.</summary>
    /// <param name="error">Why, if it was not an orderly end.</param>
    void OnReceiveEnd(Exception? error);

    /// <summary>Nothing more will leave. Called once.</summary>
    /// <param name="error">Why, if it was not an orderly end.</param>
    void OnSendEnd(Exception? error);
}
