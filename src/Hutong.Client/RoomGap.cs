using Hutong.Rooms;

namespace Hutong.Client;

/// <summary>Publications were missed, and cannot be had.</summary>
/// <param name="From">The last one seen; null if that is not known.</param>
/// <param name="To">What comes next follows this; null if that is not known.</param>
public sealed record RoomGap(StreamPosition? From, StreamPosition? To);
