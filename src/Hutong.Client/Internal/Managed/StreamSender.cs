namespace Hutong.Client.Internal;

/// <summary>Sends one stream over one connection.</summary>
internal sealed class StreamSender(ClientCore core, Stream source, StreamOptions options)
{
    private ILinkSocket? _socket;
    private long _sent;

    public async Task<long> SendAsync(CancellationToken cancellationToken)
    {
        await core.Mailbox.RunAsync(() => _socket = core.IsFlowing ? core.Link.Socket : null).ConfigureAwait(false);
        if (_socket is null)
            throw new ClientException(ClientErrorCode.NotOpen, "There is no open connection.");
        byte[] buffer = new byte[options.ChunkSize];
        while (await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count && count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (await TrySendAsync(buffer.AsMemory(0, count)).ConfigureAwait(false) is { } wait)
                await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
            _sent += count;
            options.Progress?.Report(_sent);
        }

        return _sent;
    }

    /// <summary>Sends a piece.</summary>
    /// <returns>Null, or what to wait for before the next try.</returns>
    private async ValueTask<Task?> TrySendAsync(ReadOnlyMemory<byte> piece)
    {
        Task? wait = null;
        bool isLost = false;
        Exception? refused = null;
        await core.Mailbox.RunAsync(() =>
        {
            if (!core.IsFlowing || core.Link.Socket != _socket)
                isLost = true;
            else if (!core.HasRoom)
                wait = core.RoomForMore();
            else
            {
                try
                {
                    isLost = !core.Link.Transmit(piece, isText: false);
                }
                catch (NotSupportedException e)
                {
                    refused = e;
                }
            }
        }).ConfigureAwait(false);
        if (refused is not null)
            throw new ClientException(ClientErrorCode.NotSendable, "The transport does not take such data.", refused);
        if (isLost)
            throw new ClientException(_sent > 0 ? "connection_lost" : "not_open", "The connection ended before the stream did.");
        return wait;
    }
}
