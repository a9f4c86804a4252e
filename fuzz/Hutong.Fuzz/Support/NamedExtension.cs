namespace Hutong.Fuzz;

/// <summary>An extension that changes nothing. It declines offers with a parameter <c>no</c> and answers the others with <c>ok</c>.</summary>
public sealed class NamedExtension(string name) : IExtension
{
    public string Name => name;

    public bool TryAccept(ExtensionParameters offer, out ExtensionParameters response, out IMessageTransform? transform)
    {
        bool takes = offer.Parameters.All(p => p.Key != "no");
        response = new ExtensionParameters(name, [new("ok", offer.Parameters.Count > 0 ? offer.Parameters[0].Key : null)]);
        transform = takes ? new AwkwardTransform { Xor = 0 } : null;
        return takes;
    }

    public IReadOnlyList<ExtensionParameters> CreateOffers() => [new(name, [new("level", "9")]), new(name)];

    public bool TryConfirm(ExtensionParameters response, out IMessageTransform? transform)
    {
        bool takes = response.Parameters.All(p => p.Key == "ok");
        transform = takes ? new AwkwardTransform { Xor = 0 } : null;
        return takes;
    }
}
