namespace Hutong.Rooms.Protocol;

/// <summary>
/// The id that a client gave a message. It may be a string or, as many pages do, an integer; the answer carries it in the same form.
/// </summary>
/// <param name="Text">The characters or digits; null for a message without an id.</param>
/// <param name="IsNumber">Whether it is a JSON number.</param>
public readonly record struct MessageId(string? Text, bool IsNumber = false)
{
    /// <summary>Whether the message has an id.</summary>
    public bool IsPresent => Text is not null;

    /// <summary>An id that is a string.</summary>
    /// <param name="text">The string, or null for none.</param>
    public static implicit operator MessageId(string? text) => new(text);

    /// <summary>An id that is a string.</summary>
    /// <param name="text">The string, or null for none.</param>
    public static MessageId FromString(string? text) => new(text);

    /// <inheritdoc/>
    public override string ToString() => Text ?? "";
}
