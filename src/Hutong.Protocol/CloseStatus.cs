namespace Hutong.Protocol;

/// <summary>A close code with its reason, as in a close frame (RFC 6455 §5.5.1).</summary>
/// <param name="Code">The code; <see cref="CloseCode.NoStatus"/> stands for a close frame without one.</param>
/// <param name="Reason">The reason: for logs and developers, at most 123 bytes of UTF-8; empty if none was given.</param>
public readonly record struct CloseStatus(CloseCode Code, string Reason);
