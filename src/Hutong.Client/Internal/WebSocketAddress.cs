using System.Diagnostics.CodeAnalysis;

namespace Hutong.Client.Internal;

/// <summary>Where a WebSocket is: absolute, <c>ws</c> or <c>wss</c>, without a fragment (WHATWG WebSockets §3.1).</summary>
internal static class WebSocketAddress
{
    /// <summary>Takes an address apart; <c>http</c> and <c>https</c> stand for <c>ws</c> and <c>wss</c>.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static string? TryParse(string? text, out Uri address)
    {
        address = null!;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            return "The URL is not absolute.";
        return TryNormalize(uri, out address);
    }

    /// <summary>As <see cref="TryParse"/>, for an address that is one already.</summary>
    public static string? TryNormalize(Uri uri, [NotNull] out Uri? address)
    {
        address = uri;
        if (!uri.IsAbsoluteUri)
            return "The URL is not absolute.";
        string? scheme = uri.Scheme switch
        {
            "ws" or "http" => "ws",
            "wss" or "https" => "wss",
            _ => null,
        };
        if (scheme is null)
            return "The URL's scheme is not ws or wss.";
        // An empty fragment is one too.
        if (uri.OriginalString.Contains('#', StringComparison.Ordinal))
            return "The URL has a fragment.";
        if (uri.Host.Length == 0)
            return "The URL has no host.";
        if (uri.Scheme != scheme)
            address = new UriBuilder(uri) { Scheme = scheme, Port = uri.IsDefaultPort ? -1 : uri.Port }.Uri;
        return null;
    }

    public static bool IsSecure(Uri address) => address.Scheme == "wss";

    /// <summary>Host and port as in a URL: the port only if it is not the scheme's own, an IPv6 address in brackets.</summary>
    public static string Authority(Uri address)
    {
        string host = address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost;
        return address.IsDefaultPort ? host : $"{host}:{address.Port}";
    }

    public static string Origin(Uri address) => $"{address.Scheme}://{Authority(address)}";
}
