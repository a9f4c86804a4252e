using System.Net;
using Hutong.Rooms;
using Hutong.Rooms.Internal;

namespace Hutong.Server.Internal;

/// <summary>How fast messages may come: of a session, of its user, and from its address.</summary>
internal sealed class MessageRates
{
    private readonly RateLimit? _perSession;
    private readonly RateBuckets<string>? _users;
    private readonly RateBuckets<IPAddress>? _addresses;
    private readonly TimeProvider _time;

    public MessageRates(RoomsLimits limits, TimeProvider time)
    {
        _time = time;
        _perSession = limits.MessagesPerSession;
        if (limits.MessagesPerUser is { } user)
            _users = new(user, limits.MaxCounted, time);
        if (limits.MessagesPerAddress is { } address)
            _addresses = new(address, limits.MaxCounted, time);
    }

    public bool TryTake(Session session, ref Bucket bucket) =>
        (_perSession is null || bucket.TryTake(_time.GetTimestamp() / (_time.TimestampFrequency / 1000), _perSession.PerSecond, _perSession.Burst))
        && (_users is null || session.UserId is not { } user || _users.TryTake(user))
        && (_addresses is null || session.RemoteAddress is not { } address || IPAddress.IsLoopback(address) || _addresses.TryTake(address));
}
