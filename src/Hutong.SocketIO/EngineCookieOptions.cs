using Microsoft.AspNetCore.Http;

namespace Hutong.SocketIO;

/// <summary>A cookie with a session's id. Only load balancers need it; the server never reads it.</summary>
public sealed record EngineCookieOptions
{
    /// <summary>Its name. Default <c>io</c>.</summary>
    public string Name { get; init; } = "io";

    /// <summary>Its path. Default <c>/</c>.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Whether scripts cannot read it. Default true.</summary>
    public bool HttpOnly { get; init; } = true;

    /// <summary>Whether it goes along with requests from other sites. Default <see cref="SameSiteMode.Lax"/>.</summary>
    public SameSiteMode SameSite { get; init; } = SameSiteMode.Lax;

    /// <summary>Whether it goes over HTTPS only. Default false.</summary>
    public bool Secure { get; init; }

    /// <summary>The domain; null, the default: the server's own host.</summary>
    public string? Domain { get; init; }

    /// <summary>How long the browser keeps it; null, the default: until it is closed.</summary>
    public TimeSpan? MaxAge { get; init; }

    internal void Append(HttpContext context, string id) => context.Response.Cookies.Append(Name, id, new CookieOptions
    {
        Path = Path,
        HttpOnly = HttpOnly,
        SameSite = SameSite,
        Secure = Secure,
        Domain = Domain,
        MaxAge = MaxAge,
        IsEssential = true,
    });
}
