using System.Buffers;
using Hutong.Server;
using Hutong.Server.Internal;
using Hutong.SocketIO.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Hutong.SocketIO.Internal.Engine;

/// <content>Polling: a GET without an id opens a session, one with an id waits for packets, and a POST brings those of the client.</content>
internal sealed partial class EngineServer
{
    private async Task OpenPollingAsync(HttpContext context)
    {
        if (!Server.TryEnter())
        {
            context.Response.Headers.RetryAfter = ((int)Server.Options.RetryAfter.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
            await Refusal.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "too_many_connections", "No more sessions can be opened now.").ConfigureAwait(false);
            return;
        }

        var request = new WebSocketRequest(context, Server.Texts, Server.Scopes);
        var socket = new EngineSocket(this, NewId(), request, UserIdOf(context.User));
        socket.TakePlace();
        if (!await OpenAsync(socket).ConfigureAwait(false))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        if (Options.Cookie is { } cookie)
            cookie.Append(context, socket.Id);
        var payload = new ArrayBufferWriter<byte>(256);
        var writer = new EnginePayloadWriter(payload);
        writer.WriteEncoded(_openPolling.For(socket.Id));
        if (Options.InitialPacket is { } initial)
            writer.WriteEncoded(initial.Polled.Span);
        await PollAnswer.WriteAsync(context, payload.WrittenMemory, compression: null).ConfigureAwait(false);
    }

    private async Task PollAsync(HttpContext context, EngineSocket socket)
    {
        var start = socket.BeginPoll(out var poll);
        if (start != PollStart.Served)
        {
            await RefuseAsync(context, EngineRequestError.BadRequest).ConfigureAwait(false);
            return;
        }

        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var packets = new List<EngineMessage>();
        try
        {
            await poll!.Signalled.WaitAsync(context.RequestAborted).ConfigureAwait(false);
            if (socket.TakePoll(poll, packets))
                await WriteAsync(context, packets).ConfigureAwait(false);
            else
                await RefuseAsync(context, EngineRequestError.BadRequest).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // What was in the answer may be lost: the session cannot go on as if it were not.
            socket.Close(EngineCloseReason.TransportError, "poll_aborted");
        }
        finally
        {
            if (packets.Count > 0)
                socket.EndPoll(closes: packets[^1] == EngineMessage.Close);
        }
    }

    private Task WriteAsync(HttpContext context, List<EngineMessage> packets)
    {
        if (packets.Count == 1)
            return PollAnswer.WriteAsync(context, packets[0].Polled, Options.HttpCompression);
        int size = 0;
        foreach (var packet in packets)
            size += 1 + packet.PolledLength;
        var payload = new ArrayBufferWriter<byte>(size);
        var writer = new EnginePayloadWriter(payload);
        foreach (var packet in packets)
            writer.WriteEncoded(packet.Polled.Span);
        return PollAnswer.WriteAsync(context, payload.WrittenMemory, Options.HttpCompression);
    }

    private async Task PostAsync(HttpContext context, EngineSocket socket)
    {
        var start = socket.BeginPost();
        var error = start == PollStart.Served ? null : EngineRequestError.BadRequest;
        if (error is null)
        {
            try
            {
                error = await TakePostAsync(context, socket).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                socket.Close(EngineCloseReason.TransportError, "post_aborted");
                error = EngineRequestError.BadRequest;
            }
            finally
            {
                socket.EndPost();
            }
        }

        if (error is not null)
        {
            await RefuseAsync(context, error).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "text/html";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = 2;
        await context.Response.Body.WriteAsync("ok"u8.ToArray()).ConfigureAwait(false);
    }

    private async ValueTask<EngineRequestError?> TakePostAsync(HttpContext context, EngineSocket socket)
    {
        // The binary payloads of older protocols.
        if (context.Request.ContentType?.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) == true)
        {
            socket.Close(EngineCloseReason.TransportError, "invalid_content");
            return EngineRequestError.BadRequest;
        }

        if (context.Request.ContentLength > Options.MaxPayload)
            return EngineRequestError.TooLarge;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        var reader = context.Request.BodyReader;
        byte[]? buffer = null;
        int length = 0;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
                if (length + result.Buffer.Length > Options.MaxPayload)
                {
                    reader.AdvanceTo(result.Buffer.End);
                    return EngineRequestError.TooLarge;
                }

                buffer = Append(buffer, ref length, result.Buffer);
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return await socket.ReadAsync(buffer.AsMemory(0, length)).ConfigureAwait(false) ? null : EngineRequestError.BadRequest;
            }
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Append(byte[]? buffer, ref int length, in ReadOnlySequence<byte> data)
    {
        int needed = length + (int)data.Length;
        if (buffer is null || buffer.Length < needed)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * length));
            if (buffer is not null)
            {
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
            }

            buffer = larger;
        }

        data.CopyTo(buffer.AsSpan(length));
        length = needed;
        return buffer;
    }
}
