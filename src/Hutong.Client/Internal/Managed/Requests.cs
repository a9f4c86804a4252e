namespace Hutong.Client.Internal;

/// <summary>Requests that have no answer yet. Used in the mailbox.</summary>
internal sealed class Requests(TimeProvider time, Mailbox mailbox, Action<Sending> giveUp)
{
    private readonly Dictionary<string, Pending> _pending = new(StringComparer.Ordinal);
    private long _count;

    public int Count => _pending.Count;

    /// <summary>Watches over a request until it is answered, given up or dropped; then calls back.</summary>
    /// <returns>False if it was over before it began.</returns>
    public bool Add(Request request)
    {
        var pending = new Pending(request, _count++);
        if (!_pending.TryAdd(request.Id, pending))
        {
            request.Done(new ClientException(ClientErrorCode.DuplicateId, "Another request has this id and no answer yet."), null);
            return false;
        }

        request.Item.OnDropped = error => Finish(pending, error, null);
        if (request.Timeout != Timeout.InfiniteTimeSpan)
        {
            pending.Alarm = new Alarm(time, mailbox);
            pending.Alarm.Set(request.Timeout, () => End(pending, ClientErrorCode.Timeout, "No answer came in time."));
        }

        if (request.CancellationToken.CanBeCanceled)
        {
            // May run at once, and then within this call.
            pending.Registration = request.CancellationToken.UnsafeRegister(
                _ => mailbox.Run(() => End(pending, ClientErrorCode.Aborted, "The request was given up.")), null);
        }

        return !pending.IsOver;
    }

    /// <summary>Whether somebody waited for this answer.</summary>
    public bool Answer(ClientMessage message)
    {
        if (message.Id is not { } id || !_pending.TryGetValue(id, out var pending))
            return false;
        if (message.Type == "ack")
            Finish(pending, null, message);
        else
            Finish(pending, ServerError(message), null);
        return true;
    }

    /// <summary>The connection is gone, and with it what it carried.</summary>
    /// <returns>What must be sent again, in order.</returns>
    public IReadOnlyList<Sending> Lost()
    {
        var sent = _pending.Values.Where(p => p.Request.Item.Status == SendStatus.Sent).OrderBy(p => p.Number).ToList();
        foreach (var pending in sent.Where(p => !p.Request.Retry))
            Finish(pending, new ClientException(ClientErrorCode.ConnectionLost, "The connection ended before the answer came."), null);
        return [.. sent.Where(p => p.Request.Retry && !p.IsOver).Select(p => p.Request.Item)];
    }

    public void Clear(ClientException error)
    {
        foreach (var pending in _pending.Values.OrderBy(p => p.Number).ToList())
            Finish(pending, error, null);
    }

    public static ClientException ServerError(ClientMessage message)
    {
        string code = ClientMessage.String(message.Content, "code") ?? "error";
        return new ClientException(code, ClientMessage.String(message.Content, "message") ?? code, message);
    }

    private void End(Pending pending, string code, string message)
    {
        if (pending.IsOver)
            return;
        giveUp(pending.Request.Item);
        Finish(pending, new ClientException(code, message), null);
    }

    private void Finish(Pending pending, ClientException? error, ClientMessage? answer)
    {
        if (pending.IsOver)
            return;
        pending.IsOver = true;
        pending.Alarm?.End();
        // Never waits for a callback that runs: that would be this one.
        pending.Registration.Unregister();
        _pending.Remove(pending.Request.Id);
        pending.Request.Done(error, answer);
    }

    private sealed class Pending(Request request, long number)
    {
        public Request Request { get; } = request;

        public long Number { get; } = number;

        public Alarm? Alarm { get; set; }

        public CancellationTokenRegistration Registration { get; set; }

        public bool IsOver { get; set; }
    }
}
