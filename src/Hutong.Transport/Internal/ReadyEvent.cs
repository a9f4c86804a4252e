namespace Hutong.Transport.Internal;

/// <summary>One descriptor that is ready.</summary>
internal readonly record struct ReadyEvent(Readiness Readiness, int Descriptor);
