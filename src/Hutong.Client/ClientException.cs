namespace Hutong.Client;

/// <summary>
/// What went wrong with a <see cref="WebSocketClient"/>, under a code that stays the same from version to version; <c>docs/topics/client.md</c>
/// lists them. Neither the message nor anything else in it holds a token.
/// </summary>
public sealed class ClientException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="code">The stable code, such as <c>queue_full</c>.</param>
    /// <param name="message">A sentence for people; null for the code.</param>
    /// <param name="innerException">What caused it.</param>
    public ClientException(string code, string? message = null, Exception? innerException = null)
        : base(message ?? code, innerException) => Code = code;

    internal ClientException(string code, string message, ClientMessage answer)
        : base(message)
    {
        Code = code;
        Answer = answer;
    }

    /// <summary>The stable code: one of <see cref="ClientErrorCode"/>, or the server's if there is an <see cref="Answer"/>.</summary>
    public string Code { get; }

    /// <summary>The server's whole <c>error</c> message, if it said so; else null.</summary>
    public ClientMessage? Answer { get; }
}
