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
}
