using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;
using Microsoft.AspNetCore.Http;

namespace Hutong.Server.Internal;

/// <content>Rooms without a session: what was said in one, and publishing by other services.</content>
internal sealed partial class HttpTransports
{
    /// <summary><c>GET rooms/{room}</c>: plain polling. Whoever may join the room may read it; the handlers are asked each time.</summary>
    public async Task ServeHistoryAsync(HttpContext context)
    {
        if (!await _requests.BeginAsync(context, "GET").ConfigureAwait(false))
            return;
        string room = RoomOf(context);
        var query = context.Request.Query;
        StreamPosition? since = null;
        int limit = _endpoint.Graph.Options.HistoryLimit;
        RoomError? error = null;
        string? reason = null;
        if (query["since"] is [{ } text] && !SessionToken.TryParsePosition(text, out since))
            error = RoomError.InvalidSince;
        if (query["limit"] is [{ } most] && (!int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1))
            error = RoomError.InvalidRequest;
        if (error is null)
            (error, reason) = await AskAsync(context, room).ConfigureAwait(false);
        if (error is not null)
        {
            await _endpoint.RefuseAsync(context, error, reason).ConfigureAwait(false);
            return;
        }

        limit = Math.Min(limit, _endpoint.Graph.Options.HistoryLimit);
        var page = await _endpoint.Graph.GetHistoryAsync(room, since, limit, context.RequestAborted).ConfigureAwait(false);
        var headers = context.Response.Headers;
        // Others behind the same proxy may not be allowed to see it.
        headers.CacheControl = "private, no-cache";
        if (page.Top is { } top)
        {
            string tag = $"\"{top}\"";
            headers.ETag = tag;
            if (context.Request.Headers.IfNoneMatch.Contains(tag, StringComparer.Ordinal))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        await WriteJsonAsync(context, Describe(room, page)).ConfigureAwait(false);
    }

    /// <summary><c>POST rooms/{room}</c>: other services publish. The host's authorization has let it through.</summary>
    public async Task PublishAsync(HttpContext context)
    {
        if (!await _requests.BeginAsync(context, "POST").ConfigureAwait(false))
            return;
        string room = RoomOf(context);
        var (body, error) = await HttpBodies.ReadAsync(context, _options.MaxBodySize).ConfigureAwait(false);
        Envelope envelope = default;
        if (error is null && _codec.TryRead(body, out envelope, out error) && EnvelopeType.Find(envelope.Type) is not null)
            error = RoomError.UnknownType;
        if (error is null && _endpoint.Graph.Kinds.FindOpen(room) is null)
            error = RoomError.UnknownRoom;
        if (error is not null)
        {
            await _endpoint.RefuseAsync(context, error).ConfigureAwait(false);
            return;
        }

        var request = new PublishRequest(envelope.Type, Payload.Copy(envelope))
        {
            Id = envelope.Id,
            Key = envelope.Key,
            // A service that repeats a request that it had no answer to publishes once.
            DedupeKey = envelope.Id.Text is { } id ? $"http:{_endpoint.UserIdOf(context)}:{id}" : null,
        };
        var position = await _endpoint.Graph.PublishAsync(room, request, context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers.CacheControl = "no-store";
        await WriteJsonAsync(context, HttpMessages.Write(position, static (json, position) => WritePosition(json, position)).Data).ConfigureAwait(false);
    }

    private static string RoomOf(HttpContext context)
    {
        string room = (string?)context.Request.RouteValues["room"] ?? "";
        // Of all that may be escaped, a slash alone is left so by the server.
        return room.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlyMemory<byte> Describe(string room, HistoryPage page)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("room"u8, room);
            WritePosition(json, page.Top);
            json.WriteBoolean("complete"u8, page.IsComplete);
            json.WriteStartArray("publications"u8);
            foreach (var publication in page.Publications)
                json.WriteRawValue(HttpDialect.Of(publication), skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    private static void WritePosition(Utf8JsonWriter json, StreamPosition? position)
    {
        if (position is not { } p)
            return;
        json.WriteString("epoch"u8, p.Epoch);
        json.WriteNumber("offset"u8, p.Offset);
    }

    /// <summary>Asks the handlers whether this client might join the room, for a session that there is only while they are asked.</summary>
    private async ValueTask<(RoomError? Error, string? Reason)> AskAsync(HttpContext context, string room)
    {
        var graph = _endpoint.Graph;
        if (_endpoint.Admit(context.Connection.RemoteIpAddress) is { } full)
            return (full, null);
        if (_endpoint.Identify(context) is { } error)
            return (error, null);
        if (_endpoint.Options.Auth.Required && context.User.Identity?.IsAuthenticated != true)
            return (RoomError.AuthRequired, null);
        if (graph.Kinds.FindOpen(room) is not { } kind)
            return (RoomError.UnknownRoom, null);
        if (!kind.Options.HistoryVisible || kind.Options.HistorySize == 0)
            return (RoomError.HistoryDenied, null);
        if (graph.Handlers is { Connect.Length: 0, Join.Length: 0 })
            return default;

        var request = new WebSocketRequest(context, _endpoint.Server.Texts, _endpoint.Server.Scopes);
        try
        {
            var start = new SessionStart { User = context.User, RemoteAddress = context.Connection.RemoteIpAddress, Request = request };
            var session = new Session(graph, new NoWire(), start, Secret.Create());
            var connect = new ConnectContext(graph, session);
            if (!await graph.RunAsync(connect, "connect").ConfigureAwait(false))
                return (RoomError.Internal, null);
            if (connect.Refusal is { } refusal)
                return (RoomError.SessionRefused, refusal);
            var join = new JoinContext(graph, session, room, default);
            if (!await graph.RunAsync(join, "join").ConfigureAwait(false))
                return (RoomError.Internal, null);
            return join.Refusal is { } reason ? (RoomError.JoinRefused, reason) : default;
        }
        finally
        {
            await request.DisposeScopeAsync().ConfigureAwait(false);
        }
    }
}
