using System.Buffers;
using System.Globalization;
using Hutong.Rooms.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Hutong.Server.Internal;

/// <content>
/// Long polling: a request waits until there is something to say. Its successor says what was received, so that an answer that is lost is given
/// again.
/// </content>
internal sealed partial class HttpTransports
{
    /// <summary><c>GET poll</c></summary>
    public async Task ServePollAsync(HttpContext context)
    {
        if (!await _requests.BeginAsync(context, "GET").ConfigureAwait(false))
            return;
        if (!TryGetPatience(context, out var patience))
        {
            await _endpoint.RefuseAsync(context, RoomError.InvalidRequest).ConfigureAwait(false);
            return;
        }

        var reader = new HttpReader();
        if (!context.Request.Headers.ContainsKey(HttpRequests.SessionHeader))
        {
            await BeginPollingAsync(context, reader).ConfigureAwait(false);
            return;
        }

        if (await AttachAsync(context, reader).ConfigureAwait(false) is not { } wire)
            return;
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var messages = new List<NumberedMessage>();
        HttpTake taken;
        try
        {
            taken = await TakeAsync(context, wire, reader, messages, patience).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client is gone; it may come back.
            return;
        }
        finally
        {
            wire.Detach(reader);
        }

        if (taken == HttpTake.Replaced)
            await _endpoint.RefuseAsync(context, RoomError.Replaced).ConfigureAwait(false);
        else if (taken == HttpTake.Ended)
            await _endpoint.RefuseAsync(context, RoomError.UnknownSession).ConfigureAwait(false);
        else
            await AnswerAsync(context, messages, welcome: null).ConfigureAwait(false);
    }

    /// <summary>The first poll is answered at once, with the token and with what joining has brought.</summary>
    private async Task BeginPollingAsync(HttpContext context, HttpReader reader)
    {
        if (await OpenAsync(context, "poll", onlyRoom: null).ConfigureAwait(false) is not { } wire)
            return;
        var messages = new List<NumberedMessage>();
        wire.Attach(reader, received: 0);
        try
        {
            await JoinAsync(context, wire, since: null).ConfigureAwait(false);
            wire.Take(reader, messages, _options.ReplayBytes);
        }
        finally
        {
            wire.Detach(reader);
        }

        await AnswerAsync(context, messages, new NumberedMessage(0, HttpMessages.Welcome(wire.Token, _options, lost: false))).ConfigureAwait(false);
    }

    private async ValueTask<HttpTake> TakeAsync(
        HttpContext context, HttpWire wire, HttpReader reader, List<NumberedMessage> messages, TimeSpan patience)
    {
        var late = new Lateness(reader) { IsLate = patience == TimeSpan.Zero };
        var timer = _endpoint.Time.CreateTimer(static state => ((Lateness)state!).OnTime(), late, patience, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            while (true)
            {
                var taken = wire.Take(reader, messages, _options.ReplayBytes);
                if (taken != HttpTake.Nothing || late.IsLate)
                    return taken;
                await reader.WaitAsync(context.RequestAborted).ConfigureAwait(false);
            }
        }
    }

    private static Task AnswerAsync(HttpContext context, List<NumberedMessage> messages, NumberedMessage? welcome)
    {
        var body = new ArrayBufferWriter<byte>(256);
        body.Write("["u8);
        if (welcome is { } first)
            LineFormat.WriteNumbered(body, first.Number, first.Message);
        for (int i = 0; i < messages.Count; i++)
        {
            if (i > 0 || welcome is not null)
                body.Write(","u8);
            LineFormat.WriteNumbered(body, messages[i].Number, messages[i].Message);
        }

        body.Write("]"u8);
        context.Response.Headers.CacheControl = "no-store";
        return WriteJsonAsync(context, body.WrittenMemory);
    }

    /// <summary>How long the client wants to wait, in seconds.</summary>
    private bool TryGetPatience(HttpContext context, out TimeSpan patience)
    {
        patience = _options.PollTimeout;
        if (context.Request.Query["wait"] is not [{ } text])
            return true;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) || !double.IsFinite(seconds))
            return false;
        if (seconds < patience.TotalSeconds)
            patience = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private sealed class Lateness(HttpReader reader)
    {
        public volatile bool IsLate;

        public void OnTime()
        {
            IsLate = true;
            reader.Signal();
        }
    }
}
