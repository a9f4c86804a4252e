namespace Hutong.Protocol.Internal.Unicode;

/// <summary>A width of vectors: what <see cref="Utf8Text"/> asks of blocks of that many bytes.</summary>
internal interface IUtf8Vector
{
    /// <summary>Whether this machine has all instructions that make this width worthwhile.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Bytes in a vector.</summary>
    static abstract int Size { get; }

    /// <summary>Whether the vector at a place is ASCII.</summary>
    static abstract bool IsAscii(ref byte text, nuint at);

    /// <summary>Whether the four vectors from a place on are ASCII.</summary>
    static abstract bool AreFourAscii(ref byte text, nuint at);

    /// <summary>Whether the text's first vector is valid so far.</summary>
    static abstract bool IsFirstValid(ref byte text);

    /// <summary>Whether a vector further on, at 3 or above, is valid so far, given that the three bytes before it are.</summary>
    static abstract bool IsValid(ref byte text, nuint at);

    /// <summary>The same for four vectors.</summary>
    static abstract bool AreFourValid(ref byte text, nuint at);
}
