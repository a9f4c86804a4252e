using Hutong.Rooms;

namespace Hutong.Server.Internal;

/// <summary>A message and its number in the session.</summary>
internal readonly record struct NumberedMessage(long Number, OutgoingMessage Message);
