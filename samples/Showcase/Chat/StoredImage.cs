namespace Showcase.Chat;

/// <summary>An image that somebody sent.</summary>
/// <param name="Data">Its bytes.</param>
/// <param name="ContentType">What they are.</param>
internal sealed record StoredImage(byte[] Data, string ContentType);
