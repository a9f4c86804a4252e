using System.Text;
using System.Text.Json;

namespace Hutong.Client.Internal;

/// <summary>Fetches tokens, and the next one before the last one expires. Used in the mailbox.</summary>
#pragma warning disable CA1001 // What fetches is ended on every path.
internal sealed class Tokens(ClientAuthOptions options, TimeProvider time, Mailbox mailbox)
#pragma warning restore CA1001
{
    // However short-lived tokens are.
    private static readonly TimeSpan SoonestRefresh = TimeSpan.FromSeconds(1);

    private readonly Alarm _alarm = new(time, mailbox);
    private CancellationTokenSource? _fetching;

    /// <summary>A refused token was already followed by a fresh one.</summary>
    public bool Retried { get; set; }

    public TokenVia Via => options.Via;

    public bool MayRetry => !Retried && options.Retry;

    /// <summary>Fetches a token and calls back in the mailbox, with the token or what was thrown; not at all after <see cref="Stop"/>.</summary>
    public void Fetch(bool fresh, Action<string?, Exception?> then)
    {
        CancelFetch();
        var fetching = _fetching = new CancellationTokenSource();
        ValueTask<string> token;
        try
        {
            token = options.Token(new TokenRequest(fresh, fetching.Token));
        }
        catch (Exception e)
        {
            token = ValueTask.FromException<string>(e);
        }

        if (token.IsCompleted)
            Finish(token.AsTask());
        else
            _ = token.AsTask().ContinueWith(t => mailbox.Post(() => Finish(t)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        void Finish(Task<string> done)
        {
            // Looked at in any case: nothing is left unobserved.
            var error = done.Exception?.InnerException ?? (done.IsCanceled ? new TaskCanceledException(done) : null);
            if (_fetching != fetching)
                return;
            _fetching = null;
            fetching.Dispose();
            string? given = error is null ? done.Result : null;
            then(given, given is null ? error ?? new InvalidOperationException("The provider gave no token.") : null);
        }
    }

    /// <summary>The message that carries a token.</summary>
    public ReadOnlyMemory<byte> Message(string token)
    {
        if (options.Message is { } make)
            return Encoding.UTF8.GetBytes(make(token));
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("type", "auth");
            json.WriteString("token", token);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>The address with a token in it.</summary>
    public Uri Address(Uri address, string token)
    {
        // As a form does it: a space is a plus.
        string pair = $"{Uri.EscapeDataString(options.Parameter)}={Uri.EscapeDataString(token).Replace("%20", "+", StringComparison.Ordinal)}";
        string name = pair[..(pair.IndexOf('=', StringComparison.Ordinal) + 1)];
        var others = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(p => !p.StartsWith(name, StringComparison.Ordinal));
        return new UriBuilder(address) { Query = string.Join('&', others.Append(pair)) }.Uri;
    }

    /// <summary>Calls back in time before the token expires.</summary>
    public void Schedule(DateTimeOffset? expiresAt, Action refresh)
    {
        _alarm.Clear();
        if (expiresAt is not { } end)
            return;
        var life = end - time.GetUtcNow();
        if (life <= TimeSpan.Zero)
            return;
        var delay = Max(Max(life - options.RefreshBefore, life / 2), SoonestRefresh);
        _alarm.Set(delay, refresh);
    }

    public void Later(TimeSpan delay, Action then) => _alarm.Set(delay, then);

    public void Stop()
    {
        _alarm.Clear();
        CancelFetch();
    }

    public void End()
    {
        Stop();
        _alarm.End();
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void CancelFetch()
    {
        if (_fetching is not { } fetching)
            return;
        _fetching = null;
        // Whoever fetches may throw at it.
        _ = fetching.CancelAsync().ContinueWith(
            static (t, s) =>
            {
                _ = t.Exception;
                ((CancellationTokenSource)s!).Dispose();
            },
            fetching, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
