using System.Runtime.CompilerServices;
using Hutong.Connections;

namespace Hutong.Rooms;

/// <summary>
/// How a kind of wire writes messages. A message is encoded once for each dialect, however many sessions it goes to; wires that write alike
/// share one instance.
/// </summary>
public abstract class Dialect
{
    /// <summary>
    /// Encodes a message for <see cref="OutgoingMessage.In"/>. Of two threads that need it at once both may be asked, and one result is kept. It
    /// must be immutable.
    /// </summary>
    /// <param name="message">The message.</param>
    public abstract object Encode(OutgoingMessage message);

    /// <summary>The message as the one WebSocket message that it is for wires with <see cref="SessionWire.Direct"/>; null if it takes none, or several.</summary>
    internal virtual PreparedMessage? FrameOf(OutgoingMessage message) => Unsafe.As<PreparedMessage>(message.In(this));
}
