using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hutong.Client.Internal;

namespace Hutong.Client;

/// <content>Sending. Each send says what became of it.</content>
public sealed partial class WebSocketClient
{
    private const string Serialization = "Serializes by reflection: pass a JsonTypeInfo where code is trimmed or compiled ahead of time.";

    /// <summary>Sends a message of the envelope without a payload, in order, now or when there is a connection.</summary>
    /// <param name="type">The type.</param>
    /// <param name="options">What goes with it; null for nothing.</param>
    public Sending Send(string type, SendOptions? options = null) => Send(type, default, default, hasData: false, options);

    /// <summary>Sends a message of the envelope with a payload; otherwise as <see cref="Send(string, SendOptions?)"/>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="json">How to write it.</param>
    /// <param name="options">What goes with it; null for nothing.</param>
    public Sending Send<T>(string type, T payload, JsonTypeInfo<T> json, SendOptions? options = null) =>
        Send(type, Outgoing.Json(payload, json), default, hasData: false, options);

    /// <summary>Writes the payload by the web's conventions; otherwise as <see cref="Send{T}(string, T, JsonTypeInfo{T}, SendOptions?)"/>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="options">What goes with it; null for nothing.</param>
    [RequiresUnreferencedCode(Serialization)]
    [RequiresDynamicCode(Serialization)]
    public Sending Send<T>(string type, T payload, SendOptions? options = null) =>
        Send(type, JsonSerializer.SerializeToUtf8Bytes(payload, JsonSerializerOptions.Web), default, hasData: false, options);

    /// <summary>Sends a message of the envelope whose payload is bytes, which travel as <c>data</c>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="data">The payload, copied before this returns.</param>
    /// <param name="options">What goes with it; null for nothing.</param>
    public Sending SendData(string type, ReadOnlyMemory<byte> data, SendOptions? options = null) => Send(type, default, data, hasData: true, options);

    /// <summary>Sends text as it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="urgent">As <see cref="SendOptions.Urgent"/>.</param>
    public Sending SendRaw(string text, bool urgent = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Submit(new Sending(Encoding.UTF8.GetBytes(text), isText: true), urgent);
    }

    /// <summary>Sends a binary message as it is.</summary>
    /// <param name="data">The bytes, copied before this returns.</param>
    /// <param name="urgent">As <see cref="SendOptions.Urgent"/>.</param>
    public Sending SendRaw(ReadOnlyMemory<byte> data, bool urgent = false) => Submit(new Sending(data.ToArray(), isText: false), urgent);

    /// <summary>
    /// Sends a message and waits for its <c>ack</c>. If the connection is lost meanwhile it is sent again under the same id, so that a server
    /// that remembers ids lets it take effect once.
    /// </summary>
    /// <param name="type">The type.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives it up, with <c>aborted</c>.</param>
    /// <returns>The whole <c>ack</c>; <see cref="ClientMessage.Read{T}(JsonTypeInfo{T})"/> reads its payload.</returns>
    /// <exception cref="ClientException">The server's <c>error</c>, <c>timeout</c>, <c>aborted</c>, or what became of it on the way.</exception>
    public Task<ClientMessage> RequestAsync(string type, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Request(type, default, options, cancellationToken);

    /// <summary>As above, with a payload.</summary>
    /// <param name="type">The type.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="json">How to write it.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives it up, with <c>aborted</c>.</param>
    /// <returns>The whole <c>ack</c>.</returns>
    /// <exception cref="ClientException">As above.</exception>
    public Task<ClientMessage> RequestAsync<T>(
        string type, T payload, JsonTypeInfo<T> json, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Request(type, Outgoing.Json(payload, json), options, cancellationToken);

    /// <summary>As above; the payload is written by the web's conventions.</summary>
    /// <param name="type">The type.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives it up, with <c>aborted</c>.</param>
    /// <returns>The whole <c>ack</c>.</returns>
    /// <exception cref="ClientException">As above.</exception>
    [RequiresUnreferencedCode(Serialization)]
    [RequiresDynamicCode(Serialization)]
    public Task<ClientMessage> RequestAsync<T>(string type, T payload, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Request(type, JsonSerializer.SerializeToUtf8Bytes(payload, JsonSerializerOptions.Web), options, cancellationToken);

    /// <summary>As above, with a time limit.</summary>
    /// <param name="type">The type.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="timeout">How long it waits for the answer.</param>
    /// <param name="cancellationToken">Gives it up, with <c>aborted</c>.</param>
    /// <returns>The whole <c>ack</c>.</returns>
    /// <exception cref="ClientException">As above.</exception>
    [RequiresUnreferencedCode(Serialization)]
    [RequiresDynamicCode(Serialization)]
    public Task<ClientMessage> RequestAsync<T>(string type, T payload, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        RequestAsync(type, payload, new RequestOptions { Timeout = timeout }, cancellationToken);

    /// <summary>
    /// Sends a stream as binary messages, no faster than the connection takes them. It does not go on over another connection, where the server
    /// could not know what belongs together.
    /// </summary>
    /// <param name="source">The stream, read from where it stands.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives it up, with <c>aborted</c>.</param>
    /// <returns>How many bytes it was.</returns>
    /// <exception cref="ClientException"><c>not_open</c> without an open connection, <c>connection_lost</c> if it ends meanwhile, <c>aborted</c>.</exception>
    public async Task<long> SendStreamAsync(Stream source, StreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= StreamOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ChunkSize, nameof(options));
        try
        {
            return await new StreamSender(_core, source, options).SendAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new ClientException(ClientErrorCode.Aborted, "The stream was given up.", e);
        }
    }

    private Sending Send(string type, ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> data, bool hasData, SendOptions? options)
    {
        ArgumentNullException.ThrowIfNull(type);
        options ??= SendOptions.Default;
        var message = new OutgoingMessage { Type = type, Json = json, Data = data, HasData = hasData, Id = options.Id, Room = options.Room, Key = options.Key };
        return Submit(Outgoing.Write(message, _core.Options.TimeProvider.GetUtcNow()), options.Urgent);
    }

    private Sending Submit(Sending item, bool urgent)
    {
        if (_closed is null)
            return _core.Submit(item, urgent);
        item.Drop(new ClientException(ClientErrorCode.ClientClosed, "The client was closed."));
        return item;
    }

    internal Task<ClientMessage> Request(string type, ReadOnlyMemory<byte> json, RequestOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (_closed is not null)
            return Task.FromException<ClientMessage>(new ClientException(ClientErrorCode.ClientClosed, "The client was closed."));
        options ??= RequestOptions.Default;
        var message = new OutgoingMessage { Type = type, Json = json, Id = options.Id ?? Outgoing.NewId(), Room = options.Room, Key = options.Key };
        return _core.CallAsync(message, options.Timeout, options.Retry ?? !options.Urgent, options.Urgent, cancellationToken);
    }
}
