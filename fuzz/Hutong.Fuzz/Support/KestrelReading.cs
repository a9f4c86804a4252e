using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hutong.Fuzz;

/// <summary>What became of one input in Kestrel.</summary>
public sealed class KestrelReading
{
    /// <summary>How often the application was called.</summary>
    public int Requests { get; private set; }

    public bool IsUpgradable { get; private set; }

    public string RawTarget { get; private set; } = "";

    /// <summary>The last request, copied: Kestrel uses its own again.</summary>
    public DefaultHttpContext Request { get; } = new();

    /// <summary>What followed the head of an upgrade.</summary>
    public byte[] Rest { get; private set; } = [];

    /// <summary>All that was answered.</summary>
    public byte[] Answer { get; internal set; } = [];

    internal async Task NoteAsync(IFeatureCollection features)
    {
        Requests++;
        var request = features.GetRequiredFeature<IHttpRequestFeature>();
        var copy = Request.Features.GetRequiredFeature<IHttpRequestFeature>();
        RawTarget = request.RawTarget;
        (copy.Method, copy.Protocol, copy.Scheme, copy.PathBase, copy.Path, copy.QueryString) =
            (request.Method, request.Protocol, request.Scheme, request.PathBase, request.Path, request.QueryString);
        copy.Headers = new HeaderDictionary(request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
        if (features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade)
            return;
        IsUpgradable = true;
        var stream = await upgrade.UpgradeAsync();
        using var rest = new MemoryStream();
        await stream.CopyToAsync(rest);
        Rest = rest.ToArray();
    }
}
