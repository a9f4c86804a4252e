using System.Net;

namespace Hutong.Server.Internal;

/// <summary>What an authentication handler may look at besides the token, of the request that opened a session.</summary>
internal sealed record RequestView(string Scheme, string Host, string Path, IPAddress? Address);
