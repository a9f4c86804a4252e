using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Hutong.Server.Internal;

/// <summary>
/// A route of words, plain parameters and at most a catch-all at its end, matched as ASP.NET Core does when it is the only one. Patterns with
/// more to them, and paths that are not plain, are left to ASP.NET Core.
/// </summary>
internal sealed class PlainRoute
{
    private readonly Segment[] _segments;
    private readonly bool _hasCatchAll;
    private readonly bool _hasValues;

    private PlainRoute(Segment[] segments)
    {
        _segments = segments;
        _hasCatchAll = segments is [.., { IsCatchAll: true }];
        _hasValues = Array.Exists(segments, s => s.IsParameter);
    }

    /// <returns>The route; null if it is not plain.</returns>
    public static PlainRoute? From(string pattern)
    {
        var parsed = RoutePatternFactory.Parse(pattern);
        if (parsed.Defaults.Count > 0 || parsed.ParameterPolicies.Count > 0 || parsed.RequiredValues.Count > 0)
            return null;
        var segments = new List<Segment>();
        foreach (var segment in parsed.PathSegments)
        {
            switch (segment.Parts)
            {
                case [RoutePatternLiteralPart word]:
                    segments.Add(new Segment(word.Content, IsParameter: false, IsCatchAll: false));
                    break;
                case [RoutePatternParameterPart { IsOptional: false } parameter]:
                    segments.Add(new Segment(parameter.Name, IsParameter: true, parameter.IsCatchAll));
                    break;
                default:
                    return null;
            }
        }

        return new PlainRoute([.. segments]);
    }

    /// <summary>Whether a path is the route's.</summary>
    /// <param name="path">A plain path: it begins with a slash, and no two stand together.</param>
    public bool Matches(ReadOnlySpan<byte> path)
    {
        var rest = WithoutLastSlash(path);
        foreach (var segment in _segments)
        {
            if (segment.IsCatchAll)
                return true;
            var word = Take(ref rest);
            if (word.IsEmpty || (!segment.IsParameter && !Ascii.EqualsIgnoreCase(word, segment.Text)))
                return false;
        }

        return rest.IsEmpty;
    }

    /// <summary>The values of the parameters in a path that matches.</summary>
    public IReadOnlyDictionary<string, object?> ValuesOf(string path)
    {
        if (!_hasValues)
            return FrozenDictionary<string, object?>.Empty;
        var values = new RouteValueDictionary();
        int at = 1;
        foreach (var segment in _segments)
        {
            int end = segment.IsCatchAll ? path.Length : path.IndexOf('/', Math.Min(at, path.Length));
            if (end < 0)
                end = path.Length;
            if (segment.IsParameter)
                values[segment.Text] = at < end ? path[at..end] : null;
            at = end + 1;
        }

        return values;
    }

    private static ReadOnlySpan<byte> WithoutLastSlash(ReadOnlySpan<byte> path) => path[^1] == '/' ? path[..^1] : path;

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
            return rest;
        int end = rest[1..].IndexOf((byte)'/') + 1;
        var word = end > 0 ? rest[1..end] : rest[1..];
        rest = end > 0 ? rest[end..] : default;
        return word;
    }

    private sealed record Segment(string Text, bool IsParameter, bool IsCatchAll);
}
