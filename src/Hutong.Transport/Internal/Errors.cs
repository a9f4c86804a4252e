using Microsoft.AspNetCore.Connections;

namespace Hutong.Transport.Internal;

/// <summary>The few errno values that are told apart, negated as <see cref="SocketSystem"/> gives them.</summary>
internal static class Errors
{
    public const int Interrupted = -4;
    public const int WouldBlock = -11;
    public const int TooManyInProcess = -24;
    public const int TooManyInSystem = -23;
    public const int BrokenPipe = -32;
    public const int Aborted = -103;
    public const int Reset = -104;
    public const int NoBuffers = -105;
    public const int NoMemory = -12;

    public static IOException ToException(int error) => error is Reset or BrokenPipe
        ? new ConnectionResetException("The peer reset the connection.")
        : new IOException($"The socket failed: errno {-error}.");
}
