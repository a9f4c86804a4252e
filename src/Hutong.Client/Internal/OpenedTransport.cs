using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>A transport on which the opening handshake is done.</summary>
/// <param name="Driver">Its bytes.</param>
/// <param name="Agreement">What was agreed on.</param>
internal sealed record OpenedTransport(PipeDriver Driver, HandshakeResult Agreement);
