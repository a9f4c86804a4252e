using Hutong.Protocol;

namespace Hutong.Connections;

/// <summary>How a connection ended.</summary>
/// <param name="Code">The peer's close code: 1005 if its close frame had none, 1006 if there was no close frame (RFC 6455 §7.1.5).</param>
/// <param name="Reason">The peer's reason; empty if none.</param>
/// <param name="WasClean">Whether close frames went both ways.</param>
/// <param name="Error">What went wrong, if something did.</param>
public sealed record CloseResult(CloseCode Code, string Reason, bool WasClean, ConnectionError? Error);
