namespace Hutong.Client.Internal;

/// <summary>A connection to be opened.</summary>
/// <param name="Address">Where to; the token may be in it.</param>
/// <param name="Token">The token for the header; null for none.</param>
internal sealed record LinkRequest(Uri Address, string? Token)
{
    public override string ToString() => nameof(LinkRequest);
}
