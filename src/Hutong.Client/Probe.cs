using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hutong.Client;

/// <summary>What a client sends to hear whether the server is still there.</summary>
public sealed class Probe
{
    private readonly Func<ReadOnlyMemory<byte>>? _make;

    private Probe(Func<ReadOnlyMemory<byte>>? make, bool isText)
    {
        _make = make;
        IsTextMessage = isText;
    }

    /// <summary><c>{"type":"ping"}</c>, which every server of Hutong answers.</summary>
    public static Probe Default { get; } = Text("""{"type":"ping"}""");

    /// <summary>A ping frame of the protocol (RFC 6455 §5.5.2), which every WebSocket server answers; over HTTP it is <see cref="Default"/>.</summary>
    public static Probe Ping { get; } = new(null, isText: false);

    internal bool IsPing => _make is null;

    internal bool IsTextMessage { get; }

    /// <summary>A text, such as <c>ping</c>, or JSON.</summary>
    /// <param name="message">The text.</param>
    public static Probe Text(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        byte[] bytes = Encoding.UTF8.GetBytes(message);
        return new(() => bytes, isText: true);
    }

    /// <summary>Text that is made anew for each probe.</summary>
    /// <param name="make">Makes it; runs where the listeners do.</param>
    public static Probe Text(Func<string> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return new(() => Encoding.UTF8.GetBytes(make()), isText: true);
    }

    /// <summary>A value as JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="json">How to write it.</param>
    public static Probe Json<T>(T value, JsonTypeInfo<T> json)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(value, json);
        return new(() => bytes, isText: true);
    }

    /// <summary>Bytes that are made anew for each probe.</summary>
    /// <param name="make">Makes them; runs where the listeners do.</param>
    public static Probe Binary(Func<ReadOnlyMemory<byte>> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return new(make, isText: false);
    }

    internal ReadOnlyMemory<byte> Make() => _make!();
}
