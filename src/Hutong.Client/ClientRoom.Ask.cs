using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hutong.Client.Internal;
using Hutong.Rooms;

namespace Hutong.Client;

/// <content>What is asked of a room. Requests, so that a publication takes effect once.</content>
public sealed partial class ClientRoom
{
    private const string Serialization = "Serializes by reflection: pass a JsonTypeInfo where code is trimmed or compiled ahead of time.";

    /// <summary>Publishes, once, however often it must be sent.</summary>
    /// <param name="type">The type.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="json">How to write it.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives it up, with <c>aborted</c>.</param>
    /// <returns>Its position; null in a room without history.</returns>
    /// <exception cref="ClientException">The server's <c>error</c>, or as a request's.</exception>
    public Task<StreamPosition?> PublishAsync<T>(
        string type, T payload, JsonTypeInfo<T> json, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        PublishJsonAsync(type, Outgoing.Json(payload, json), options, cancellationToken);

    /// <summary>Writes the payload by the web's conventions; otherwise as above.</summary>
    /// <param name="type">The type.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives it up, with <c>aborted</c>.</param>
    /// <returns>Its position; null in a room without history.</returns>
    /// <exception cref="ClientException">The server's <c>error</c>, or as a request's.</exception>
    [RequiresUnreferencedCode(Serialization)]
    [RequiresDynamicCode(Serialization)]
    public Task<StreamPosition?> PublishAsync<T>(string type, T payload, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        PublishJsonAsync(type, JsonSerializer.SerializeToUtf8Bytes(payload, JsonSerializerOptions.Web), options, cancellationToken);

    /// <summary>Who is here.</summary>
    /// <param name="cancellationToken">Gives it up, with <c>aborted</c>.</param>
    /// <exception cref="ClientException">The server's <c>error</c>, or as a request's.</exception>
    public async Task<RoomPresence> PresenceAsync(CancellationToken cancellationToken = default)
    {
        var ack = await AskAsync("presence", null, cancellationToken).ConfigureAwait(false);
        var members = new List<RoomMember>();
        if (ClientMessage.Field(ack.Payload, "members") is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var member in list.EnumerateArray())
            {
                if (ClientMessage.String(member, "session") is { } session)
                    members.Add(new RoomMember(ClientMessage.String(member, "userId"), session, ClientMessage.Field(member, "info")));
            }
        }

        return new RoomPresence(Number("sessions"), Number("users"), members);

        int Number(string name) =>
            ClientMessage.Field(ack.Payload, name) is { ValueKind: JsonValueKind.Number } n && n.TryGetInt32(out int number) ? number : 0;
    }

    /// <summary>What was published after a position, or what there is.</summary>
    /// <param name="since">The position; null for the end of the history.</param>
    /// <param name="cancellationToken">Gives it up, with <c>aborted</c>.</param>
    /// <exception cref="ClientException">The server's <c>error</c>, or as a request's.</exception>
    public async Task<RoomHistory> HistoryAsync(StreamPosition? since = null, CancellationToken cancellationToken = default)
    {
        var ack = await AskAsync("history", since, cancellationToken).ConfigureAwait(false);
        var publications = ClientMessage.Field(ack.Payload, "publications") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(p => ClientMessage.String(p, "type") is not null).Select(ClientMessage.Envelope).ToList()
            : [];
        bool complete = ClientMessage.Field(ack.Payload, "complete") is { ValueKind: JsonValueKind.True };
        return new RoomHistory(complete, publications, ack.Position);
    }

    internal void Enter(RoomCore room) => Volatile.Write(ref _room, room);

    internal void TellJoined(RoomJoined joined)
    {
        EndJoining(null);
        Raise(Joined, joined);
    }

    internal void TellGap(RoomGap gap) => Raise(Gap, gap);

    internal void TellError(ClientException error, bool isFinal)
    {
        if (isFinal)
            EndJoining(error);
        Raise(ErrorOccurred, error);
    }

    internal void TellLeft(ClientException reason)
    {
        EndJoining(reason);
        Raise(Left, this);
    }

    internal void Deliver(ClientMessage message)
    {
        _listeners.Call(message.Type, message);
        _listeners.Call("*", message);
    }

    internal void EndJoining(ClientException? error)
    {
        var joining = _joining;
        _joining = null;
        if (error is null)
            joining?.TrySetResult();
        else
            joining?.TrySetException(error);
    }

    private async Task<StreamPosition?> PublishJsonAsync(string type, ReadOnlyMemory<byte> payload, RequestOptions? options, CancellationToken cancellationToken)
    {
        var ack = await _client.Request(type, payload, (options ?? RequestOptions.Default) with { Room = Name }, cancellationToken).ConfigureAwait(false);
        return ack.Position;
    }

    private Task<ClientMessage> AskAsync(string type, StreamPosition? since, CancellationToken cancellationToken)
    {
        var message = new OutgoingMessage { Type = type, Id = Outgoing.NewId(), Room = Name, Since = since };
        return _client.Core.CallAsync(message, timeout: null, retry: true, urgent: false, cancellationToken);
    }

    private void Raise<T>(Action<T>? listeners, T what)
    {
        foreach (var listener in Delegate.EnumerateInvocationList(listeners))
        {
            try
            {
                listener(what);
            }
            catch (Exception e)
            {
                _client.Core.Failed(e);
            }
        }
    }
}
