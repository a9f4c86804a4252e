using Hutong.Protocol;
using Hutong.Server.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hutong.SocketIO.Internal.Engine;

/// <summary>
/// Which pages may make requests, over either transport, and what those of other origins are told (Fetch §3.2). Unlike CORS alone it refuses what may
/// not: a request that changes something would have changed it.
/// </summary>
internal sealed class EngineCors
{
    private const string Methods = "GET, POST, OPTIONS";
    private const string FetchSiteHeader = "Sec-Fetch-Site";

    private readonly OriginPolicy _origins;
    private readonly EngineCorsOptions _options;
    private readonly bool _any;

    public EngineCors(EngineOptions options)
    {
        _origins = OriginPolicy.Allow(options.AllowedOrigins);
        _options = options.Cors;
        _any = options.AllowedOrigins.Contains("*", StringComparer.Ordinal);
    }

    /// <summary>Whether the page that makes a request may.</summary>
    public async ValueTask<bool> AllowsAsync(HttpContext context)
    {
        string? origin = context.Request.Headers.Origin;
        string self = SelfOf(context.Request);
        // What names no origin and comes from another site is an image, a script or a frame.
        if (origin is null)
            return _any || context.Request.Headers[FetchSiteHeader].ToString() is not ("cross-site" or "same-site") || _origins.IsAllowed("null", self);
        return _origins.IsAllowed(origin, self) || await CorsOrigins.AllowsAsync(context).ConfigureAwait(false);
    }

    /// <summary>Tells a page of another origin, which is allowed, that it is. The host's own CORS, where it is used, has done so already.</summary>
    public void Apply(HttpContext context)
    {
        var request = context.Request;
        var headers = context.Response.Headers;
        if (headers.ContainsKey(HeaderNames.AccessControlAllowOrigin))
            return;
        if (!_any)
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        string? origin = request.Headers.Origin;
        if (_any)
            headers.AccessControlAllowOrigin = "*";
        else if (origin is null || OriginPolicy.SameOrigin.IsAllowed(origin, SelfOf(request)))
            return;
        else
            headers.AccessControlAllowOrigin = origin;
        if (_options.Credentials)
            headers.AccessControlAllowCredentials = "true";
        if (_options.ExposedHeaders.Count > 0)
            headers.AccessControlExposeHeaders = string.Join(", ", _options.ExposedHeaders);
    }

    /// <summary>Answers OPTIONS.</summary>
    public void Answer(HttpContext context)
    {
        var request = context.Request.Headers;
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.Allow = Methods;
        if (request.AccessControlRequestMethod.Count == 0 || !headers.ContainsKey(HeaderNames.AccessControlAllowOrigin))
            return;
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlMaxAge = ((long)_options.MaxAge.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (_options.AllowedHeaders.Count > 0)
        {
            headers.AccessControlAllowHeaders = string.Join(", ", _options.AllowedHeaders);
        }
        else if (request.AccessControlRequestHeaders.Count > 0)
        {
            headers.AccessControlAllowHeaders = request.AccessControlRequestHeaders;
            headers.Append(HeaderNames.Vary, HeaderNames.AccessControlRequestHeaders);
        }
    }

    private static string SelfOf(HttpRequest request) => $"{request.Scheme}://{request.Host.Value}";
}
