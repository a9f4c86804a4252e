using System.Collections.Concurrent;

namespace Showcase.Lab;

/// <summary>Counts what a page cannot see: the heads of the requests and answers, for each value of the query's <c>lab</c>.</summary>
internal sealed class HeadCounter
{
    private static readonly string[] Known = ["polling", "long", "stream", "sse", "ws"];

    private readonly ConcurrentDictionary<string, (long Requests, long Bytes)> _counts = new(StringComparer.Ordinal);

    /// <summary>What was counted.</summary>
    public IReadOnlyDictionary<string, (long Requests, long Bytes)> Counts => _counts;

    /// <summary>Counts a request, if it is one of the lab's.</summary>
    public Task CountAsync(HttpContext context, RequestDelegate next)
    {
        string which = context.Request.Query["lab"].ToString();
        if (!Known.Contains(which))
            return next(context);
        var request = context.Request;
        // GET path?query HTTP/1.1 and its line break; each header's colon, space and line break; the empty line.
        long head = request.Method.Length + request.Path.Value!.Length + request.QueryString.Value!.Length + 12 + SizeOf(request.Headers) + 2;
        Add(which, 1, head);
        context.Response.OnStarting(() =>
        {
            // HTTP/1.1 200 OK, and the date that the server adds last.
            Add(which, 0, 17 + SizeOf(context.Response.Headers) + 37 + 2);
            return Task.CompletedTask;
        });
        return next(context);
    }

    private static long SizeOf(IHeaderDictionary headers) => headers.Sum(header => header.Value.Sum(value => (long)header.Key.Length + (value?.Length ?? 0) + 4));

    private void Add(string which, long requests, long bytes) =>
        _counts.AddOrUpdate(which, (requests, bytes), (_, before) => (before.Requests + requests, before.Bytes + bytes));
}
