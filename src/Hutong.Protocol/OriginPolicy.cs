using System.Buffers;
using System.Text;

namespace Hutong.Protocol;

/// <summary>
/// Which pages may open a WebSocket (RFC 6455 §4.2.2, §10.2). Browsers let any page connect anywhere and send cookies along: the
/// server has to ask where the page comes from. Programs send no <c>Origin</c> and pass; they have no user's cookies.
/// </summary>
public sealed class OriginPolicy
{
    private const string AnyOrigin = "*";
    private static readonly SearchValues<char> NeverInOrigin = SearchValues.Create("@\\ \t\r\n");
    private readonly bool _any;
    private readonly HashSet<string> _exact = new(StringComparer.Ordinal);
    private readonly List<(string Before, string After)> _subdomains = [];

    private OriginPolicy(IEnumerable<string> origins)
    {
        foreach (string origin in origins)
        {
            int star = origin.IndexOf("//*.", StringComparison.Ordinal);
            if (origin == AnyOrigin)
                _any = true;
            else if (star > 0 && Normalize(origin.Replace("//*.", "//x.", StringComparison.Ordinal)) is { } sample && sample[star + 4] != ':')
                _subdomains.Add((sample[..(star + 2)], sample[(star + 3)..]));
            else
                _exact.Add(Normalize(origin) ?? throw new ArgumentException(
                    $"'{origin}' is not an origin: write scheme://host[:port], scheme://*.host, null or *.", nameof(origins)));
        }
    }

    /// <summary>Pages of the server's own origin: same scheme, host and port.</summary>
    public static OriginPolicy SameOrigin { get; } = new([]);

    /// <summary>Every page. For public data without cookies only.</summary>
    public static OriginPolicy Any { get; } = new([AnyOrigin]);

    /// <summary>Pages of the server's own origin and of those listed.</summary>
    /// <param name="origins">
    /// Origins such as <c>http://localhost:3000</c>; <c>https://*.example.com</c> for all subdomains; <c>null</c> for sandboxed pages and
    /// files; <c>*</c> for every page.
    /// </param>
    /// <exception cref="ArgumentException">One of them is not an origin.</exception>
    public static OriginPolicy Allow(params IEnumerable<string> origins) => new(origins);

    /// <summary>Judges a request's <c>Origin</c>.</summary>
    /// <param name="origin">The header's value; null if it is absent.</param>
    /// <param name="self">The server's own origin as the client sees it.</param>
    public bool IsAllowed(string? origin, string self)
    {
        if (origin is null || _any)
            return true;
        // A page's origin comes in ASCII (RFC 6454 §6.2); only options may have other letters.
        if (!Ascii.IsValid(origin) || Normalize(origin) is not { } page)
            return false;
        if (page == Normalize(self) || _exact.Contains(page))
            return true;
        foreach (var (before, after) in _subdomains)
        {
            if (page.Length > before.Length + after.Length && page.StartsWith(before, StringComparison.Ordinal) && page.EndsWith(after, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>Scheme, host and port in one spelling; null for what is not an origin.</summary>
    private static string? Normalize(string origin)
    {
        if (origin == "null")
            return origin;
        // Uri forgives what is no origin: white space around it, back slashes, an empty user; and it takes a path of dots away.
        if (origin.AsSpan().ContainsAny(NeverInOrigin) || !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return null;
        // "http://host/" is what a person may write in an option; a browser never sends the slash, and never a path.
        if (uri.PathAndQuery.Length > 1 || uri.Fragment.Length > 0 || origin.AsSpan(0, origin.Length - 1).Count('/') > 2)
            return null;
        try
        {
            return $"{uri.Scheme}://{uri.IdnHost}:{uri.Port}";
        }
        catch (UriFormatException)
        {
            // Uri finds out only now that a host breaks the rules of internationalized names.
            return null;
        }
    }
}
