namespace Hutong.Transport.Internal;

/// <summary>What a descriptor is ready for, or waits for. The values are epoll's.</summary>
[Flags]
internal enum Readiness : uint
{
    None = 0,

    Read = 0x001,

    Write = 0x004,

    /// <summary>Always reported, asked for or not.</summary>
    Error = 0x008,

    /// <summary>Both directions are over. Always reported.</summary>
    HangUp = 0x010,

    /// <summary>Of several loops that wait for one listening socket, not all are woken.</summary>
    Exclusive = 1u << 28,
}
