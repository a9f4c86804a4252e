using Hutong.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hutong.Server.Internal;

/// <summary>
/// Which pages may make requests: those who may open a WebSocket here. A page of another origin that is let in is told so in the way of CORS,
/// unless the host's own CORS does it.
/// </summary>
internal sealed class HttpRequests(RoomsEndpointOptions options)
{
    public const string SessionHeader = "Hutong-Session";
    public const string AckHeader = "Hutong-Ack";
    public const string LastEventIdHeader = "Last-Event-ID";

    private const string PreflightAge = "600";

    // A request from another site that names no origin is an image, a script or a frame: nothing that reads rooms.
    private const string FetchSiteHeader = "Sec-Fetch-Site";

    private readonly OriginPolicy _origins = options.ToWebSocket().ToPolicy().Origins;

    /// <summary>Lets a request in, or answers it.</summary>
    /// <returns>Whether it is to be served.</returns>
    public async ValueTask<bool> BeginAsync(HttpContext context, string methods)
    {
        var request = context.Request;
        string? origin = request.Headers.Origin;
        string self = $"{request.Scheme}://{request.Host.Value}";
        bool isPreflight = HttpMethods.IsOptions(request.Method);
        bool allowed = origin is null
            ? _origins.IsAllowed("null", self) || request.Headers[FetchSiteHeader].ToString() is not ("cross-site" or "same-site")
            : _origins.IsAllowed(origin, self) || await CorsOrigins.AllowsAsync(context).ConfigureAwait(false);
        if (!allowed)
        {
            await Refusal.WriteAsync(context, HandshakeError.Origin).ConfigureAwait(false);
            return false;
        }

        if (origin is not null && !OriginPolicy.SameOrigin.IsAllowed(origin, self))
            AllowOrigin(context, origin, isPreflight ? methods : null);
        if (isPreflight)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            context.Response.Headers.Allow = methods;
            return false;
        }

        if (methods.Split(", ").Contains(request.Method, StringComparer.OrdinalIgnoreCase))
            return true;
        context.Response.Headers.Allow = methods;
        await Refusal.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "method_not_allowed", $"Use {methods} here.").ConfigureAwait(false);
        return false;
    }

    private static void AllowOrigin(HttpContext context, string origin, string? methods)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.AccessControlExposeHeaders = $"{HeaderNames.ETag}, {HeaderNames.RetryAfter}";
        headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (methods is null)
            return;
        headers.AccessControlAllowMethods = methods;
        headers.AccessControlAllowHeaders = $"{SessionHeader}, {AckHeader}, {HeaderNames.Authorization}, {HeaderNames.ContentType}, {HeaderNames.IfNoneMatch}, {LastEventIdHeader}";
        headers.AccessControlMaxAge = PreflightAge;
    }
}
