using System.Buffers;
using System.Net;

namespace Hutong.Transport.Internal;

/// <summary>Answers opening handshakes of the usual shape on the loop, without Kestrel.</summary>
internal interface IShortcut
{
    /// <summary>Looks at the first bytes of a connection. On a loop: be short.</summary>
    /// <param name="received">The bytes.</param>
    /// <param name="local">This end's address.</param>
    /// <param name="remote">The client's address.</param>
    /// <param name="response">Takes the answer.</param>
    /// <returns>The connection; null if Kestrel is to see the bytes, and then nothing was answered.</returns>
    ShortcutConnection? TryTake(ReadOnlySpan<byte> received, IPEndPoint? local, IPEndPoint? remote, ArrayBufferWriter<byte> response);
}
