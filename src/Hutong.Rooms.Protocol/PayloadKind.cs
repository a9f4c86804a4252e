namespace Hutong.Rooms.Protocol;

/// <summary>What a payload's bytes are.</summary>
public enum PayloadKind : byte
{
    /// <summary>There is no payload.</summary>
    None,

    /// <summary>A JSON value in UTF-8: the member <c>payload</c> of the JSON dialect.</summary>
    Json,

    /// <summary>Bytes that mean something to the application alone. The JSON dialect carries them in base64, in the member <c>data</c>.</summary>
    Bytes,
}
