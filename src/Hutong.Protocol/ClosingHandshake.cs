using System.Text;

namespace Hutong.Protocol;

/// <summary>
/// The closing handshake (RFC 6455 §7): who has sent a close frame, who closes TCP, and what is reported in the end. It keeps
/// no time: the layer above bounds each wait. A mutable struct: keep it in a field, do not copy it.
/// </summary>
public struct ClosingHandshake
{
    private readonly Role _role;

    /// <summary>Begins with both ends open.</summary>
    /// <param name="role">The role of this end.</param>
    public ClosingHandshake(Role role) => _role = role;

    /// <summary>What this end sent, if it has.</summary>
    public CloseStatus? Sent { get; private set; }

    /// <summary>What the peer sent, if it has.</summary>
    public CloseStatus? Received { get; private set; }

    /// <summary>Why this end failed the connection, if it did.</summary>
    public ProtocolError? Error { get; private set; }

    /// <summary>Whether the transport has ended.</summary>
    public bool Ended { get; private set; }

    /// <summary>What comes next.</summary>
    public readonly ClosingStep Step =>
        Ended ? ClosingStep.CloseTransport
        : Sent is null ? (Received is null ? ClosingStep.Open : ClosingStep.Answer)
        : Received is null ? ClosingStep.AwaitClose
        // "the server MUST close the TCP connection first" keeps TIME_WAIT on the server (RFC 6455 §7.1.1).
        : _role == Role.Server ? ClosingStep.CloseTransport
        : ClosingStep.AwaitEnd;

    /// <summary>Whether the connection was closed cleanly: close frames went both ways (RFC 6455 §7.1.4).</summary>
    public readonly bool IsClean => Sent is not null && Received is not null && Error is null;

    /// <summary>The code and reason to report: the peer's, or 1006 if it sent none (RFC 6455 §7.1.5, §7.1.6).</summary>
    public readonly CloseStatus Result => Received ?? new CloseStatus(CloseCode.Abnormal, "");

    /// <summary>Checks what a caller wants to send.</summary>
    /// <param name="role">The sender's role.</param>
    /// <param name="code">The code, or <see cref="CloseCode.NoStatus"/> for none.</param>
    /// <param name="reason">The reason.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code may not be sent by this role.</exception>
    /// <exception cref="ArgumentException">The reason is above 123 bytes, or stands without a code.</exception>
    public static void CheckArguments(Role role, CloseCode code, ReadOnlySpan<char> reason)
    {
        if (code == CloseCode.NoStatus)
        {
            if (!reason.IsEmpty)
                throw new ArgumentException("A reason needs a code.", nameof(reason));
            return;
        }

        if (!code.MayBeSentBy(role))
            throw new ArgumentOutOfRangeException(nameof(code), (ushort)code, $"A {role} may not send this close code.");
        if (Encoding.UTF8.GetByteCount(reason) > CloseCodes.MaxReasonBytes)
            throw new ArgumentException("A close reason holds at most 123 bytes of UTF-8.", nameof(reason));
    }

    /// <summary>Notes that this end sends its close frame.</summary>
    /// <param name="status">What it sends.</param>
    /// <returns>False if it already has: then nothing may be sent.</returns>
    public bool TrySend(CloseStatus status)
    {
        if (Sent is not null || Ended)
            return false;
        Sent = status;
        return true;
    }

    /// <summary>Notes the peer's close frame.</summary>
    /// <param name="status">What it says.</param>
    public void Receive(CloseStatus status) => Received ??= status;

    /// <summary>Notes that this end fails the connection (RFC 6455 §7.1.7).</summary>
    /// <param name="error">Why.</param>
    public void Fail(ProtocolError error) => Error ??= error;

    /// <summary>Notes that the transport has ended, in whatever way.</summary>
    public void End() => Ended = true;
}
