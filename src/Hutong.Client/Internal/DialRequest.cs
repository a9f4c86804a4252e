namespace Hutong.Client.Internal;

/// <summary>One opening handshake to be sent.</summary>
/// <param name="Address">Where to.</param>
/// <param name="IsHttp2">Whether by extended CONNECT.</param>
/// <param name="Headers">The headers: the handshake's and the caller's; <c>Host</c> only if the caller set it.</param>
internal sealed record DialRequest(Uri Address, bool IsHttp2, IReadOnlyList<KeyValuePair<string, string>> Headers);
