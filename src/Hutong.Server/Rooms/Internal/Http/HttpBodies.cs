using System.Buffers;
using System.Text.Json;
using Hutong.Rooms.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hutong.Server.Internal;

/// <summary>Reads bodies of requests, within their bound: one envelope, or an array of them.</summary>
internal static class HttpBodies
{
    public static async ValueTask<(ReadOnlyMemory<byte> Body, RoomError? Error)> ReadAsync(HttpContext context, int most)
    {
        if (context.Request.ContentLength > most)
            return (default, RoomError.MessageTooLarge);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        var body = new ArrayBufferWriter<byte>((int)Math.Clamp(context.Request.ContentLength ?? 0, 256, most));
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            if (body.WrittenCount + result.Buffer.Length > most)
            {
                reader.AdvanceTo(result.Buffer.End);
                return (default, RoomError.MessageTooLarge);
            }

            foreach (var piece in result.Buffer)
                body.Write(piece.Span);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return (body.WrittenMemory, null);
        }
    }

    /// <summary>The envelopes of a body.</summary>
    public static RoomError? Parse(ReadOnlyMemory<byte> body, EnvelopeCodec codec, int most, List<Envelope> into)
    {
        if (!body.Span.TrimStart(" \t\r\n"u8).StartsWith("["u8))
        {
            bool read = codec.TryRead(body, out var one, out var error);
            if (read)
                into.Add(one);
            return error;
        }

        var json = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = codec.Limits.MaxDepth + 2 });
        try
        {
            json.Read();
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                int start = (int)json.TokenStartIndex;
                json.Skip();
                if (into.Count == most)
                    return RoomError.TooManyMessages;
                if (!codec.TryRead(body[start..(int)json.BytesConsumed], out var envelope, out var error))
                    return error;
                into.Add(envelope);
            }

            json.Read();
            return null;
        }
        catch (JsonException)
        {
            return RoomError.InvalidJson;
        }
    }
}
