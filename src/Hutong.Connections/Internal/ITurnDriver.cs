namespace Hutong.Connections.Internal;

/// <summary>A driver whose transport works in turns, in which what many are sent can be sent together.</summary>
internal interface ITurnDriver : IConnectionDriver
{
    /// <summary>Where the driver lives. Drivers with the same one take their turns together.</summary>
    ITurns Turns { get; }

    /// <summary>
    /// Hands bytes to the transport there and then, under <see cref="IConnectionDriver.Gate"/>. What cannot be sent now, be it because other bytes
    /// come first, is appended as if it had been written to <see cref="IConnectionDriver.Output"/>.
    /// </summary>
    /// <param name="bytes">The bytes; they may change afterwards.</param>
    /// <returns>Whether all of them were sent; if not, the driver must be flushed.</returns>
    bool SendNow(ReadOnlySpan<byte> bytes);
}
