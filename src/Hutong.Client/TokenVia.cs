namespace Hutong.Client;

/// <summary>How a token travels.</summary>
public enum TokenVia
{
    /// <summary>As the first message; everything waits for <c>auth_success</c>.</summary>
    Message,

    /// <summary>As a parameter of the address. Servers and proxies may log it.</summary>
    Parameter,

    /// <summary>As <c>Authorization: Bearer</c> in the request.</summary>
    Header,
}
