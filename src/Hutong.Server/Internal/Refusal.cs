using System.Text.Json;
using Hutong.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hutong.Server.Internal;

/// <summary>The answer to a handshake that is refused: a status, and a problem (RFC 9457) with a stable code and a sentence.</summary>
internal static class Refusal
{
    public static Task WriteAsync(HttpContext context, HandshakeError error)
    {
        var headers = context.Response.Headers;
        if (error == HandshakeError.Method)
            headers.Allow = "GET";
        if (error.StatusCode == StatusCodes.Status426UpgradeRequired || error == HandshakeError.VersionMissing)
            headers.SecWebSocketVersion = OpeningHandshake.Version;
        if (error.StatusCode == StatusCodes.Status426UpgradeRequired)
        {
            // "The server MUST send an Upgrade header field in a 426 response" (RFC 9110 §15.5.22), and Connection names it.
            headers.Upgrade = "websocket";
            headers.Connection = HeaderNames.Upgrade;
        }

        return WriteAsync(context, error.StatusCode, error.Code, error.Message);
    }

    public static Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        byte[] body = Problem(status, code, message);
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }

    private static byte[] Problem(int status, string code, string message)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("status"u8, status);
            json.WriteString("title"u8, message);
            json.WriteString("code"u8, code);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
