namespace Hutong.Connections.Drivers;

/// <summary>A sink that checks each call against the contract and writes over what it was given.</summary>
internal sealed class RecordingSink(IConnectionDriver driver) : IConnectionSink
{
    private bool _inCall;

    public List<byte> Received { get; } = [];

    public int ReceiveEnds { get; private set; }

    public int SendEnds { get; private set; }

    public int Progress { get; private set; }

    public Exception? ReceiveError { get; private set; }

    public Exception? SendError { get; private set; }

    public bool TurnIsOpen { get; private set; }

    /// <summary>Runs inside each delivery.</summary>
    public Action? InReceived { get; set; }

    public void OnReceived(Memory<byte> data, bool endOfTurn)
    {
        NotUnderGate();
        _inCall.ShouldBeFalse("two deliveries at once");
        ReceiveEnds.ShouldBe(0, "bytes after the end");
        _inCall = true;
        Received.AddRange(data.Span);
        data.Span.Fill(0xEE);
        TurnIsOpen = !endOfTurn;
        InReceived?.Invoke();
        _inCall = false;
    }

    public void OnSendProgress()
    {
        NotUnderGate();
        SendEnds.ShouldBe(0, "progress after the end");
        Progress++;
    }

    public void OnReceiveEnd(Exception? error)
    {
        NotUnderGate();
        _inCall.ShouldBeFalse("the end within a delivery");
        TurnIsOpen.ShouldBeFalse("the end within a turn");
        ReceiveEnds++;
        ReceiveError = error;
    }

    public void OnSendEnd(Exception? error)
    {
        NotUnderGate();
        driver.UnsentBytes.ShouldBe(0);
        SendEnds++;
        SendError = error;
    }

    private void NotUnderGate() => driver.Gate.IsHeldByCurrentThread.ShouldBeFalse("called under the gate");
}
