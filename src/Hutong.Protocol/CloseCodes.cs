namespace Hutong.Protocol;

/// <summary>The rules about close codes (RFC 6455 §7.4.1, §7.4.2).</summary>
public static class CloseCodes
{
    /// <summary>The longest reason, in UTF-8 bytes: a control frame holds 125 and the code takes two (RFC 6455 §5.5).</summary>
    public const int MaxReasonBytes = 123;

    extension(CloseCode code)
    {
        /// <summary>
        /// Whether the code may stand in a close frame that is received: 1000–1003, 1007–1014, 3000–4999. 1010 is taken from
        /// either end: a server has no reason to send it, but a receiver gains nothing by failing over it.
        /// </summary>
        public bool IsValidOnWire => (ushort)code is >= 1000 and <= 1003 or >= 1007 and <= 1014 or >= 3000 and <= 4999;

        /// <summary>Whether an end with this role may send the code: as <c>IsValidOnWire</c>, and 1010 from clients only.</summary>
        /// <param name="role">The sender's role.</param>
        public bool MayBeSentBy(Role role) => code.IsValidOnWire && (code != CloseCode.MandatoryExtension || role == Role.Client);
    }
}
