using System.Buffers;
using Hutong.Rooms.Protocol.Internal;

namespace Hutong.Rooms.Protocol;

/// <summary>A dialect of the envelope: how it is written as bytes. Thread-safe.</summary>
public abstract class EnvelopeCodec
{
    private protected EnvelopeCodec(EnvelopeLimits limits)
    {
        limits.Validate();
        Limits = limits;
    }

    /// <summary>The JSON dialect with the default limits.</summary>
    public static EnvelopeCodec Json { get; } = new JsonCodec(EnvelopeLimits.Default);

    /// <summary>The binary dialect with the default limits.</summary>
    public static EnvelopeCodec Binary { get; } = new BinaryCodec(EnvelopeLimits.Default);

    /// <summary>What it takes.</summary>
    public EnvelopeLimits Limits { get; }

    /// <summary>The WebSocket subprotocol that names it.</summary>
    public abstract string Subprotocol { get; }

    /// <summary>Whether a message is text (JSON), or binary.</summary>
    public abstract bool IsText { get; }

    /// <summary>The JSON dialect.</summary>
    /// <param name="limits">What it takes; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of range.</exception>
    public static EnvelopeCodec CreateJson(EnvelopeLimits? limits = null) => new JsonCodec(limits ?? EnvelopeLimits.Default);

    /// <summary>The binary dialect.</summary>
    /// <param name="limits">What it takes; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of range.</exception>
    public static EnvelopeCodec CreateBinary(EnvelopeLimits? limits = null) => new BinaryCodec(limits ?? EnvelopeLimits.Default);

    /// <summary>Reads one whole message.</summary>
    /// <param name="message">The message. What is read refers to it.</param>
    /// <param name="envelope">What was read; after an error, what was read until then: the id, if it came before the fault.</param>
    /// <param name="error">What is wrong with it; null if it was read.</param>
    /// <returns>Whether it was read.</returns>
    public abstract bool TryRead(ReadOnlyMemory<byte> message, out Envelope envelope, out RoomError? error);

    /// <summary>Writes one message. The payload's bytes are copied as they are.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="envelope">What to write: <see cref="Envelope.Type"/> at least. <see cref="Envelope.Raw"/> is not written.</param>
    /// <exception cref="ArgumentException">There is no type, or an offset or acknowledgement is negative.</exception>
    public abstract void Write(IBufferWriter<byte> output, in Envelope envelope);

    private protected static void Check(in Envelope envelope)
    {
        ArgumentException.ThrowIfNullOrEmpty(envelope.Type);
        if (envelope.Position is { } position)
            Check(position);
        if (envelope.Since is { } since)
            Check(since);
        if (envelope.Ack < 0)
            throw new ArgumentException("An acknowledgement is not negative.", nameof(envelope));
    }

    private static void Check(StreamPosition position)
    {
        if (string.IsNullOrEmpty(position.Epoch) || position.Offset is < 0 or > StreamPosition.MaxOffset)
            throw new ArgumentException("A position has an epoch and an offset between 0 and 2^53 - 1.", nameof(position));
    }
}
