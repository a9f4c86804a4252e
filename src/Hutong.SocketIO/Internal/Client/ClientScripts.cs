using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Hutong.SocketIO.Internal.Client;

/// <summary>Serves the official client's scripts, as its npm package has them, from this assembly's resources.</summary>
internal static class ClientScripts
{
    private const string Folder = "client/";

    /// <summary>The files there are, such as <c>socket.io.js</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(ClientScripts).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Select(n => n[Folder.Length..]).Order(StringComparer.Ordinal),
    ];

    /// <summary>Maps the scripts under a path, which may end with a slash or not.</summary>
    /// <returns>The endpoints, one for each file.</returns>
    public static IReadOnlyList<IEndpointConventionBuilder> Map(IEndpointRouteBuilder endpoints, string pattern)
    {
        string path = pattern.TrimEnd('/');
        return [.. Names.Select(name => endpoints.Map($"{path}/{name}", (RequestDelegate)new Script(name).ServeAsync).WithDisplayName($"Socket.IO {name}"))];
    }

    private static Stream Open(string name) => typeof(ClientScripts).Assembly.GetManifestResourceStream(Folder + name)!;

    private sealed class Script
    {
        private readonly string _name;
        private readonly string _contentType;
        private readonly EntityTagHeaderValue _tag;

        public Script(string name)
        {
            _name = name;
            _contentType = name.EndsWith(".map", StringComparison.Ordinal) ? "application/json; charset=utf-8" : "text/javascript; charset=utf-8";
            using var content = Open(name);
            _tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"");
        }

        public async Task ServeAsync(HttpContext context)
        {
            var request = context.Request;
            var response = context.Response;
            bool isHead = HttpMethods.IsHead(request.Method);
            if (!isHead && !HttpMethods.IsGet(request.Method))
            {
                response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                response.Headers.Allow = "GET, HEAD";
                return;
            }

            response.Headers.ETag = _tag.ToString();
            // Asked for again each time, and mostly answered without the script: another version may stand here tomorrow.
            response.Headers.CacheControl = "public, no-cache";
            // It is public as it is; a page that imports it as a module from here needs to be told so.
            response.Headers.AccessControlAllowOrigin = "*";
            response.Headers.XContentTypeOptions = "nosniff";
            if (request.GetTypedHeaders().IfNoneMatch.Any(t => t.Compare(_tag, useStrongComparison: false) || t.Equals(EntityTagHeaderValue.Any)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            using var content = Open(_name);
            response.ContentType = _contentType;
            response.ContentLength = content.Length;
            if (!isHead)
                await content.CopyToAsync(response.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
