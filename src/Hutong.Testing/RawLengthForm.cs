namespace Hutong.Testing;

/// <summary>How a frame header writes the payload length (RFC 6455, section 5.2).</summary>
public enum RawLengthForm
{
    /// <summary>The shortest form that holds the length, as the RFC demands.</summary>
    Minimal,

    /// <summary>Seven bits; at most 125 bytes.</summary>
    Bits7,

    /// <summary>The marker 126 and sixteen bits; at most 65 535 bytes.</summary>
    Bits16,

    /// <summary>The marker 127 and sixty-four bits.</summary>
    Bits64,
}
