namespace Hutong.Protocol.Internal.Deflate;

/// <summary>What was negotiated, seen from this end.</summary>
/// <param name="Encode">How this end compresses.</param>
/// <param name="EncodeTakeover">Whether its compressor keeps its context between messages.</param>
/// <param name="DecodeWindowBits">The largest window that the peer uses.</param>
/// <param name="DecodeTakeover">Whether the peer keeps its context between messages.</param>
internal sealed record DeflateAgreement(DeflateParameters Encode, bool EncodeTakeover, int DecodeWindowBits, bool DecodeTakeover);
