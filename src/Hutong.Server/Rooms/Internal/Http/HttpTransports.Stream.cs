using Hutong.Rooms;
using Hutong.Rooms.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Hutong.Server.Internal;

/// <content>Responses that do not end: server-sent events, and lines of JSON.</content>
internal sealed partial class HttpTransports
{
    // What is written before the writer is asked whether it can take more.
    private const int MostBytesAtOnce = 64 << 10;

    /// <summary><c>GET sse</c></summary>
    public async Task ServeSseAsync(HttpContext context)
    {
        if (!await _requests.BeginAsync(context, "GET").ConfigureAwait(false))
            return;
        string? lastEventId = context.Request.Headers[HttpRequests.LastEventIdHeader];
        bool resumes = SessionToken.TryParseEventId(lastEventId, out var token, out long received, out var position);
        if (resumes && _endpoint.Sessions.TryFind(token, _endpoint.UserIdOf(context), out var wire))
        {
            var reader = new HttpReader();
            if (wire.Attach(reader, received) is null)
            {
                if (wire.IsFinished)
                {
                    // An EventSource comes back whatever it was told, unless the answer is this one (WHATWG HTML §9.2.3).
                    wire.Detach(reader);
                    context.Response.StatusCode = StatusCodes.Status204NoContent;
                    return;
                }

                await StreamAsync(context, wire, reader, new SseFormat(wire.Token, wire.OnlyRoom, _options.Retry), welcome: null).ConfigureAwait(false);
                return;
            }

            // What it lacks is gone. It begins anew, and is told so.
            wire.End(SessionClose.Gap);
        }

        string? onlyRoom = OnlyRoom(context);
        if (position is null && context.Request.Query["since"] is [{ } since] && !SessionToken.TryParsePosition(since, out position))
        {
            await _endpoint.RefuseAsync(context, RoomError.InvalidSince).ConfigureAwait(false);
            return;
        }

        if (await OpenAsync(context, "sse", onlyRoom).ConfigureAwait(false) is not { } opened)
            return;
        var format = new SseFormat(opened.Token, onlyRoom, _options.Retry);
        await BeginStreamAsync(context, opened, format, onlyRoom is null ? null : position, lost: !string.IsNullOrEmpty(lastEventId)).ConfigureAwait(false);
    }

    /// <summary><c>GET stream</c></summary>
    public async Task ServeLinesAsync(HttpContext context)
    {
        if (!await _requests.BeginAsync(context, "GET").ConfigureAwait(false))
            return;
        if (context.Request.Headers.ContainsKey(HttpRequests.SessionHeader))
        {
            var reader = new HttpReader();
            if (await AttachAsync(context, reader).ConfigureAwait(false) is { } wire)
                await StreamAsync(context, wire, reader, new LineFormat(), welcome: null).ConfigureAwait(false);
            return;
        }

        if (await OpenAsync(context, "stream", onlyRoom: null).ConfigureAwait(false) is { } opened)
            await BeginStreamAsync(context, opened, new LineFormat(), since: null, lost: false).ConfigureAwait(false);
    }

    private async Task BeginStreamAsync(HttpContext context, HttpWire wire, StreamFormat format, StreamPosition? since, bool lost)
    {
        var reader = new HttpReader();
        wire.Attach(reader, received: 0);
        try
        {
            await JoinAsync(context, wire, since).ConfigureAwait(false);
        }
        catch
        {
            wire.Detach(reader);
            throw;
        }

        await StreamAsync(context, wire, reader, format, HttpMessages.Welcome(wire.Token, _options, lost)).ConfigureAwait(false);
    }

    /// <summary>Goes on with the session whose token the request shows; answers the request if that cannot be.</summary>
    private async ValueTask<HttpWire?> AttachAsync(HttpContext context, HttpReader reader)
    {
        var error = Find(context, out var wire);
        if (error is null)
        {
            long? received = Received(context);
            if (received < 0)
                error = RoomError.InvalidAck;
            else
                error = wire!.Attach(reader, received ?? 0);
            if (error == RoomError.SessionLost)
                wire!.End(SessionClose.Gap);
        }

        if (error is null)
            return wire;
        await _endpoint.RefuseAsync(context, error).ConfigureAwait(false);
        return null;
    }

    private async Task StreamAsync(HttpContext context, HttpWire wire, HttpReader reader, StreamFormat format, OutgoingMessage? welcome)
    {
        var response = context.Response;
        response.ContentType = format.ContentType;
        response.Headers.CacheControl = "no-cache, no-store";
        // Proxies like nginx would keep the response until it ends.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
            metrics.MetricsDisabled = true;
        var beat = new Heartbeat(reader);
        var timer = _endpoint.Time.CreateTimer(static state => ((Heartbeat)state!).OnTime(), beat, _options.Heartbeat, _options.Heartbeat);
        try
        {
            var output = response.BodyWriter;
            format.WriteStart(output);
            if (welcome is not null)
                format.Write(output, 0, welcome);
            await WriteAsync(context, wire, reader, format, beat).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client is gone; it may come back.
        }
        finally
        {
            await timer.DisposeAsync().ConfigureAwait(false);
            wire.Detach(reader);
        }
    }

    private static async Task WriteAsync(HttpContext context, HttpWire wire, HttpReader reader, StreamFormat format, Heartbeat beat)
    {
        var output = context.Response.BodyWriter;
        var messages = new List<NumberedMessage>();
        bool isFirst = true;
        while (true)
        {
            messages.Clear();
            var taken = wire.Take(reader, messages, MostBytesAtOnce);
            foreach (var (number, message) in messages)
                format.Write(output, number, message);
            if (beat.IsDue && taken == HttpTake.Nothing)
                format.WriteHeartbeat(output);
            if (taken == HttpTake.Messages || isFirst || beat.IsDue)
            {
                beat.IsDue = false;
                isFirst = false;
                var flushed = await output.FlushAsync(context.RequestAborted).ConfigureAwait(false);
                if (flushed.IsCompleted || flushed.IsCanceled)
                    return;
            }

            if (taken is HttpTake.Ended or HttpTake.Replaced)
                return;
            if (taken == HttpTake.Nothing)
                await reader.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        }
    }

    private sealed class Heartbeat(HttpReader reader)
    {
        public volatile bool IsDue;

        public void OnTime()
        {
            IsDue = true;
            reader.Signal();
        }
    }
}
