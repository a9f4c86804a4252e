using Hutong.SocketIO.Internal;

namespace Hutong.SocketIO;

/// <summary>
/// Answers an event: the last parameter of a handler that wants to answer by a call, at any time. Only the first answer counts. If the other side wants none, calls
/// do nothing.
/// </summary>
public sealed class SocketAck
{
    private readonly Socket? _socket;
    private readonly Action<EventData>? _send;
    private readonly SocketJson? _json;
    private readonly long _id;
    private int _sent;

    internal SocketAck(Socket socket, long id) => (_socket, _json, _id) = (socket, socket.Namespace.Json, id);

    /// <summary>Answers someone else than a client.</summary>
    internal SocketAck(SocketJson json, Action<EventData> send) => (_json, _send) = (json, send);

    private SocketAck()
    {
    }

    /// <summary>Whether the other side waits for an answer.</summary>
    public bool IsWanted => _json is not null;

    /// <summary>Where no answer is wanted.</summary>
    internal static SocketAck None { get; } = new();

    /// <summary>Answers.</summary>
    /// <param name="arguments">The answer's arguments.</param>
    public void Send(params ReadOnlySpan<object?> arguments)
    {
        if (_json is null || Interlocked.Exchange(ref _sent, 1) != 0)
            return;
        if (_socket is not null)
            _socket.Answer(_id, arguments);
        else
            _send!(_json.Write("", arguments));
    }

    /// <summary>Answers with one argument.</summary>
    /// <typeparam name="T">Its type; an array is one argument.</typeparam>
    /// <param name="argument">The argument.</param>
    public void Send<T>(T argument) => Send([argument]);
}
