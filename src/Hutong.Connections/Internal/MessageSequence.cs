namespace Hutong.Connections.Internal;

/// <summary>A reader as the sequence that callers enumerate.</summary>
internal sealed class MessageSequence<T>(
    WebSocketConnection connection, bool chunks, Func<MessageQueue.Item, T> convert, CancellationToken cancellationToken) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken enumeratorToken = default)
    {
        var linked = !enumeratorToken.CanBeCanceled || enumeratorToken == cancellationToken ? null
            : cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enumeratorToken)
            : null;
        var token = linked?.Token ?? (cancellationToken.CanBeCanceled ? cancellationToken : enumeratorToken);
        return new Enumerator(connection.OpenReader(chunks, token), convert, linked);
    }

    private sealed class Enumerator(MessageReader reader, Func<MessageQueue.Item, T> convert, CancellationTokenSource? linked) : IAsyncEnumerator<T>
    {
        public T Current => convert(reader.Current);

        public ValueTask<bool> MoveNextAsync() => reader.MoveNextAsync();

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            linked?.Dispose();
            return default;
        }
    }
}
