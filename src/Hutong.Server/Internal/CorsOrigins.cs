using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Server.Internal;

/// <summary>The CORS policy of an endpoint, if it has one: browsers do not apply CORS to WebSockets, so the server has to.</summary>
internal static class CorsOrigins
{
    public static async ValueTask<bool> AllowsAsync(HttpContext context)
    {
        string? origin = context.Request.Headers.Origin;
        if (origin is null || context.GetEndpoint()?.Metadata.GetMetadata<ICorsMetadata>() is not { } metadata)
            return false;
        var policy = metadata switch
        {
            ICorsPolicyMetadata inline => inline.Policy,
            IEnableCorsAttribute named when context.RequestServices.GetService<ICorsPolicyProvider>() is { } provider =>
                await provider.GetPolicyAsync(context, named.PolicyName).ConfigureAwait(false),
            _ => null,
        };
        return policy is not null && (policy.AllowAnyOrigin || policy.IsOriginAllowed(origin));
    }
}
