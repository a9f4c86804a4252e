using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hutong.SocketIO.Internal.Engine;

/// <summary>The answer to a poll, compressed where that is asked for and worth it.</summary>
internal static class PollAnswer
{
    // The best first.
    private static readonly string[] Encodings = ["br", "gzip", "deflate"];

    public static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> payload, EngineHttpCompressionOptions? compression)
    {
        var response = context.Response;
        response.ContentType = "text/plain; charset=UTF-8";
        response.Headers.CacheControl = "no-store";
        if (compression is not null && payload.Length >= compression.Threshold)
        {
            response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
            if (Choose(context.Request) is { } encoding)
            {
                payload = Compress(payload, encoding, compression.Level);
                response.Headers.ContentEncoding = encoding;
            }
        }

        response.ContentLength = payload.Length;
        return response.Body.WriteAsync(payload, context.RequestAborted).AsTask();
    }

    /// <summary>The encoding that the client likes best, and among several that it likes as well the one that compresses best (RFC 9110 §12.5.3).</summary>
    private static string? Choose(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted))
            return null;
        string? best = null;
        double bestQuality = 0;
        foreach (string encoding in Encodings)
        {
            var named = accepted.FirstOrDefault(a => a.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase)) ?? accepted.FirstOrDefault(a => a.Value == "*");
            double quality = named is null ? 0 : named.Quality ?? 1;
            if (quality > bestQuality)
                (best, bestQuality) = (encoding, quality);
        }

        return best;
    }

    private static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> payload, string encoding, CompressionLevel level)
    {
        var output = new MemoryStream(payload.Length / 2);
        using (Stream stream = encoding switch
        {
            "br" => new BrotliStream(output, level, leaveOpen: true),
            "gzip" => new GZipStream(output, level, leaveOpen: true),
            // HTTP's deflate is zlib's format (RFC 9110 §8.4.1.2).
            _ => new ZLibStream(output, level, leaveOpen: true),
        })
            stream.Write(payload.Span);
        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }
}
