namespace Hutong.Client;

/// <summary>An event of a <see cref="W3CWebSocket"/>.</summary>
/// <param name="target">Where it happened.</param>
public class W3CEvent(W3CWebSocket target)
{
    /// <summary>Where it happened.</summary>
    public W3CWebSocket Target { get; } = target;
}
