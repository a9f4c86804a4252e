namespace Hutong.Protocol;

/// <summary>
/// Why a connection closes (RFC 6455 §7.4 and the IANA registry). 3000–3999 belong to libraries and 4000–4999 to
/// applications: cast the number. <see cref="NoStatus"/>, <see cref="Abnormal"/> and <see cref="TlsHandshake"/> are
/// reported and never travel.
/// </summary>
public enum CloseCode : ushort
{
    /// <summary>1000: the purpose of the connection is fulfilled.</summary>
    Normal = 1000,

    /// <summary>1001: the server goes down, or the page is left.</summary>
    GoingAway = 1001,

    /// <summary>1002: the peer broke the protocol.</summary>
    ProtocolError = 1002,

    /// <summary>1003: a kind of data that this end does not take.</summary>
    UnsupportedData = 1003,

    /// <summary>1005: reported when a close frame came without a code. Never sent.</summary>
    NoStatus = 1005,

    /// <summary>1006: reported when the connection ended without a close frame. Never sent.</summary>
    Abnormal = 1006,

    /// <summary>1007: data that contradicts its type, such as text that is not UTF-8.</summary>
    InvalidPayload = 1007,

    /// <summary>1008: a policy of the application forbids it.</summary>
    PolicyViolation = 1008,

    /// <summary>1009: the message is larger than this end takes.</summary>
    MessageTooBig = 1009,

    /// <summary>1010: the client misses an extension that the server should have accepted. Only a client sends it.</summary>
    MandatoryExtension = 1010,

    /// <summary>1011: this end failed in a way it did not expect.</summary>
    InternalError = 1011,

    /// <summary>1012: the service restarts; come back after a while.</summary>
    ServiceRestart = 1012,

    /// <summary>1013: the service is overloaded; come back later.</summary>
    TryAgainLater = 1013,

    /// <summary>1014: a gateway got an invalid answer from the server behind it.</summary>
    BadGateway = 1014,

    /// <summary>1015: reported when TLS could not be established. Never sent.</summary>
    TlsHandshake = 1015,

    /// <summary>3008: Hutong's code for a peer that reads too slowly; it may reconnect.</summary>
    SlowConsumer = 3008,
}
