using Hutong.Rooms;
using Hutong.Rooms.Protocol;

namespace Hutong.Server.Internal;

/// <summary>The answer to a token that was refused; the reason stands above the payload too, where simple clients look for it.</summary>
internal sealed class AuthFailMessage(string reason, MessageId id)
    : OutgoingMessage(EnvelopeType.AuthFail, HttpMessages.Write(reason, static (json, reason) => json.WriteString("reason"u8, reason)), id: id)
{
    public override Envelope ToEnvelope() => base.ToEnvelope() with { Reason = reason };
}
