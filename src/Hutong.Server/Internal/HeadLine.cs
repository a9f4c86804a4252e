namespace Hutong.Server.Internal;

/// <summary>Where a header's name and value lie in a head, which is short enough for 16 bits.</summary>
internal readonly record struct HeadLine(ushort NameStart, ushort NameLength, ushort ValueStart, ushort ValueLength);
