using System.Net.Http.Headers;
using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <content>Sending: one POST after the other, each with what has come together meanwhile.</content>
internal abstract partial class HttpLinkSocket
{
    // As many as a server takes at once.
    private const int MaxBatch = 100;
    private const int MaxBatchBytes = 256 * 1024;

    private readonly Queue<ReadOnlyMemory<byte>> _waiting = new();
    private readonly RunningTasks _background = new();
    private bool _pumping;
    private bool _paused;
    private Action? _whenIdle;

    public bool Send(ReadOnlyMemory<byte> data, bool isText)
    {
        // An envelope is an object.
        if (!isText || data.IsEmpty || data.Span[0] != (byte)'{')
            throw new NotSupportedException("Only messages of the envelope travel over HTTP.");
        if (ReadyState != ReadyState.Open)
            return false;
        Interlocked.Add(ref _buffered, data.Length);
        _waiting.Enqueue(data);
        Pump();
        return true;
    }

    /// <summary>Stops sending; then what comes is held back until <see cref="Resume"/> or <see cref="Take"/>, and the caller is told.</summary>
    public void Pause(Action then)
    {
        _paused = true;
        WhenIdle(() =>
        {
            if (!_paused || HasEnded)
                return;
            _held = [];
            then();
        });
    }

    /// <summary>Goes on as before <see cref="Pause"/>.</summary>
    public void Resume()
    {
        var held = _held ?? [];
        _held = null;
        _paused = false;
        foreach (var (message, sequence) in held)
            Receive(message, sequence);
        Pump();
    }

    private void WhenIdle(Action then)
    {
        if (_pumping)
            _whenIdle += then;
        else
            then();
    }

    private void Background(Func<Task> run) => _background.Add(Task.Run(run));

    private Task WaitForBackgroundAsync() => _background.CompleteAsync();

    private void Pump()
    {
        if (_pumping || _paused || HasEnded || _waiting.Count == 0)
            return;
        _pumping = true;
        Background(PumpAsync);
    }

    private async Task PumpAsync()
    {
        var batch = new List<ReadOnlyMemory<byte>>();
        while (true)
        {
            await _mailbox.RunAsync(() => TakeBatch(batch)).ConfigureAwait(false);
            if (batch.Count == 0)
                return;
            bool sent = await PostAsync(batch).ConfigureAwait(false);
            await _mailbox.RunAsync(() =>
            {
                Interlocked.Add(ref _buffered, -batch.Sum(m => (long)m.Length));
                if (!sent)
                    End(new ClientClose(1006, "", WasClean: false));
                else
                    _user?.Progressed();
            }).ConfigureAwait(false);
        }
    }

    private void TakeBatch(List<ReadOnlyMemory<byte>> batch)
    {
        batch.Clear();
        int bytes = 0;
        while (!_paused && !HasEnded && batch.Count < MaxBatch && _waiting.TryPeek(out var next) && (batch.Count == 0 || bytes + next.Length <= MaxBatchBytes))
        {
            batch.Add(_waiting.Dequeue());
            bytes += next.Length;
        }

        if (batch.Count > 0)
            return;
        _pumping = false;
        var idle = _whenIdle;
        _whenIdle = null;
        idle?.Invoke();
    }

    private async Task<bool> PostAsync(List<ReadOnlyMemory<byte>> batch)
    {
        byte[] body = new byte[batch.Sum(m => m.Length + 1) + 1];
        int at = 0;
        foreach (var message in batch)
        {
            body[at++] = at == 1 ? (byte)'[' : (byte)',';
            message.CopyTo(body.AsMemory(at));
            at += message.Length;
        }

        body[at] = (byte)']';
        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await Http.SendAsync(HttpMethod.Post, "send", content, _ended.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                await RefuseAsync(response).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task SayGoodbyeAsync(ClientClose close)
    {
        using var limit = new CancellationTokenSource(LastWords, Time);
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _mailbox.RunAsync(() => WhenIdle(() => idle.TrySetResult())).ConfigureAwait(false);
        try
        {
            // What was accepted goes out first, if that does not take too long.
            await idle.Task.WaitAsync(limit.Token).ConfigureAwait(false);
            if (Http.Session is not null && !HasEnded)
                (await Http.SendAsync(HttpMethod.Delete, "session", null, limit.Token).ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The server will notice.
        }

        await _mailbox.RunAsync(() => End(close)).ConfigureAwait(false);
    }
}
