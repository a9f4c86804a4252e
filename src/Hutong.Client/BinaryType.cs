namespace Hutong.Client;

/// <summary>In what form binary messages come, as the browser's <c>binaryType</c> ("arraybuffer" or "blob").</summary>
public enum BinaryType
{
    /// <summary><see cref="MessageEvent.Data"/> is a <c>byte[]</c>.</summary>
    Bytes,

    /// <summary><see cref="MessageEvent.Data"/> is a <see cref="System.IO.Stream"/>, readable and seekable, over the whole message.</summary>
    Stream,
}
