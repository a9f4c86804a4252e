using System.Net;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Hutong.Server.Internal;

/// <summary>Where a standalone server listens, from its URL.</summary>
internal sealed record ListenAddress(Uri Url, bool IsSecure, bool AllInterfaces, string Route)
{
    private const string AnyPath = "/{**path}";

    public static ListenAddress Parse(string url, bool hasCertificate)
    {
        // "*" and "+" are no host names, but everyone writes them for "all interfaces".
        int host = url.IndexOf("://", StringComparison.Ordinal) + 3;
        bool all = host >= 3 && host < url.Length && url[host] is '*' or '+' && (host + 1 == url.Length || url[host + 1] is ':' or '/');
        string parsable = all ? string.Concat(url.AsSpan(0, host), "0.0.0.0", url.AsSpan(host + 1)) : url;
        if (!Uri.TryCreate(parsable, UriKind.Absolute, out var uri) || uri.Scheme is not ("ws" or "wss" or "http" or "https"))
            throw new ArgumentException($"'{url}' is not an address to listen on: write ws://host:port or wss://host:port.", nameof(url));
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
            throw new ArgumentException($"'{url}': an address to listen on has no query, fragment or user.", nameof(url));
        bool secure = uri.Scheme is "wss" or "https";
        if (secure && !hasCertificate)
            throw new ArgumentException($"'{url}' needs a certificate: set WebSocketServerOptions.Certificate.", nameof(url));
        if (!all && uri.HostNameType == UriHostNameType.Dns && !uri.IsLoopback)
            throw new ArgumentException($"'{url}': listen on localhost, an IP address, or * for all interfaces.", nameof(url));
        string route = uri.AbsolutePath == "/" ? AnyPath : Uri.UnescapeDataString(uri.AbsolutePath);
        try
        {
            _ = RoutePatternFactory.Parse(route);
        }
        catch (RoutePatternException e)
        {
            throw new ArgumentException($"'{url}': the path is no route: {e.Message}", nameof(url), e);
        }

        return new ListenAddress(uri, secure, all, route);
    }

    /// <summary>The addresses to bind; "localhost" is both loopbacks unless a free port is wanted, which two sockets cannot share by chance.</summary>
    public bool IsLocalhost => Url.HostNameType == UriHostNameType.Dns && Url.Port != 0;

    public IPAddress Address => Url.HostNameType == UriHostNameType.Dns ? IPAddress.Loopback : IPAddress.Parse(Url.Host.Trim('[', ']'));

    public Uri WithPortOf(ICollection<string> urls)
    {
        int port = Url.Port != 0 ? Url.Port : new Uri(urls.First().Replace("//[::]", "//0.0.0.0", StringComparison.Ordinal)).Port;
        return new UriBuilder(Url) { Scheme = IsSecure ? "wss" : "ws", Port = port }.Uri;
    }
}
