using Hutong.Connections.Internal;

namespace Hutong.Connections;

/// <content>The reader: messages one after the other, with back-pressure.</content>
public sealed partial class WebSocketConnection
{
    // Whether the reader's code runs on the receiving thread, inside a turn; or the pool's thread on which it runs until it waits again.
    private bool _readerRuns;
    private int _readerThread;

    /// <summary>Whether the reader may go on where it is woken.</summary>
    internal bool RunsUserCodeInline => _driver.RunsUserCode;

    /// <summary>
    /// Reads messages until the connection closes, in whatever way: then the sequence ends, and <see cref="Closed"/> says how. Cancelling
    /// ends the reading, not the connection; one may read again afterwards. While a reader does not ask, messages wait up to
    /// <see cref="ConnectionOptions.ReceiveQueueLimit"/>, and then the peer is not read any further.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidOperationException">
    /// There is a reader already, <see cref="OnMessage"/> is set, or <see cref="ReadChunksAsync"/> was used.
    /// </exception>
    public IAsyncEnumerable<Message> ReadAllAsync(CancellationToken cancellationToken = default) =>
        new MessageSequence<Message>(this, chunks: false, static item => new Message(item.Type, item.Data), cancellationToken);

    /// <summary>
    /// Reads messages in pieces as they come, for messages larger than memory should hold: set
    /// <see cref="ConnectionOptions.MaxMessageSize"/> accordingly. A message that has begun before the reading did comes whole. Once read in
    /// pieces, a connection is read in pieces to its end.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidOperationException">There is a reader already, or <see cref="OnMessage"/> is set.</exception>
    public IAsyncEnumerable<MessageChunk> ReadChunksAsync(CancellationToken cancellationToken = default) =>
        new MessageSequence<MessageChunk>(
            this, chunks: true, static item => new MessageChunk(item.Type, item.Data, item.IsFirst, item.IsLast), cancellationToken);

    internal MessageReader OpenReader(bool chunks, CancellationToken cancellationToken)
    {
        var reader = new MessageReader(this, cancellationToken);
        lock (QueueLock)
        {
            if (_reader is not null)
                throw new InvalidOperationException("Messages are being read already: a connection has one reader at a time.");
            if (_onMessage is not null || _nextOnMessage is not null)
                throw new InvalidOperationException("Messages go to OnMessage: set it to null first.");
            if (_chunked && !chunks)
                throw new InvalidOperationException("Messages have been read in pieces, and pieces may wait: go on with ReadChunksAsync.");
            _reader = reader;
            if (chunks)
                Volatile.Write(ref _chunked, true);
            HasBeenRead = true;
        }

        Start();
        return reader;
    }

    /// <summary>Whether there ever was a reader: then the handler's return ends the connection.</summary>
    internal bool HasBeenRead { get; private set; }

    internal void CloseReader(MessageReader reader)
    {
        lock (QueueLock)
        {
            reader.ReleaseCurrent(Queue);
            if (_reader == reader)
                _reader = null;
        }

        if (_readingEnded)
            AnswerClose();
    }

    /// <summary>The reader asks for the next message: gives it one, the end, or a place to wait.</summary>
    internal ReadOutcome TryRead(MessageReader reader)
    {
        ReadOutcome outcome;
        bool updatePause;
        lock (QueueLock)
        {
            reader.ReleaseCurrent(Queue);
            outcome = reader.TryTake(Queue) ? ReadOutcome.Message : _readingEnded ? ReadOutcome.End : ReadOutcome.Wait;
            if (outcome == ReadOutcome.Wait)
                reader.BeginWait();
            updatePause = _paused;
        }

        if (updatePause)
            UpdateReceivePause();
        if (outcome == ReadOutcome.End)
            AnswerClose();
        return outcome;
    }

    internal bool TryCancelWait(MessageReader reader)
    {
        lock (QueueLock)
            return reader.TryEndWait();
    }

    /// <summary>Once a turn: gives the waiting reader its message and runs it on from here, or the end.</summary>
    private void WakeReader()
    {
        MessageReader? reader;
        bool found;
        lock (QueueLock)
        {
            reader = _reader;
            if (reader is null || !reader.IsWaiting || (_queue is not { Count: > 0 } && !_readingEnded))
                return;
            reader.TryEndWait();
            found = reader.TryTake(Queue);
        }

        if (!RunsUserCodeInline)
        {
            reader.CompleteOnPool(found);
            return;
        }

        _readerRuns = true;
        reader.Complete(found);
        _readerRuns = false;
    }

    /// <summary>Runs the reader's code on the pool until it waits, for a message or for something else. What it sends meanwhile leaves together.</summary>
    internal void RunReader(MessageReader reader, bool found)
    {
        _readerThread = Environment.CurrentManagedThreadId;
        reader.Complete(found);
        _readerThread = 0;
        if (_driver.UnsentBytes > 0)
            _driver.Flush();
    }

    /// <summary>Whether messages are with the reader, or wait for one, so that answers to them may still be sent.</summary>
    private bool IsReaderBehind()
    {
        lock (QueueLock)
            return !_discardMessages && _onMessage is null && (_draining || _queue is { Count: > 0 } || _reader is { HasCurrent: true });
    }
}
