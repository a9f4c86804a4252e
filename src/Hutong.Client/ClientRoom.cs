using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Hutong.Client.Internal;
using Hutong.Rooms;

namespace Hutong.Client;

/// <summary>
/// A room of a <see cref="WebSocketClient"/>. Once joined it is kept joined: its listeners see every publication in order and once, or one
/// <see cref="Gap"/> in place of what they do not see. Listeners that are added before <see cref="JoinAsync"/> miss nothing.
/// </summary>
public sealed partial class ClientRoom
{
    private readonly WebSocketClient _client;
    private readonly Listeners _listeners;
    private RoomCore? _room;
    private TaskCompletionSource? _joining;

    internal ClientRoom(WebSocketClient client, string name)
    {
        _client = client;
        Name = name;
        _listeners = new Listeners(client.Core.Failed);
    }

    /// <summary>It was joined, for the first time or again.</summary>
    public event Action<RoomJoined>? Joined;

    /// <summary>Publications were missed, and cannot be had.</summary>
    public event Action<RoomGap>? Gap;

    /// <summary>The server did not let this client in; <see cref="State"/> says whether that is final.</summary>
    public event Action<ClientException>? ErrorOccurred;

    /// <summary>It was left, or the client was closed.</summary>
    public event Action<ClientRoom>? Left;

    /// <summary>The room's name.</summary>
    public string Name { get; }

    /// <summary>Where it stands.</summary>
    public RoomState State => Volatile.Read(ref _room)?.State ?? RoomState.Left;

    /// <summary>The last publication that the listeners have seen, or know to have missed; null in a room without history.</summary>
    public StreamPosition? Position => Volatile.Read(ref _room)?.Position;

    /// <summary>Why the last attempt to join failed; null if it did not.</summary>
    public ClientException? Error => Volatile.Read(ref _room)?.Error;

    /// <summary>Joins, now or when there is a connection, and keeps it joined. A room that is joined stays as it is.</summary>
    /// <param name="options">How; null for the defaults. Of a shared client the first one's count.</param>
    /// <param name="cancellationToken">Stops waiting; it is joined all the same, until <see cref="LeaveAsync"/>.</param>
    /// <returns>Ends when the server has let it in.</returns>
    /// <exception cref="ClientException">The server refused it for good, it was left, or the client was closed.</exception>
    public Task JoinAsync(RoomJoinOptions? options = null, CancellationToken cancellationToken = default)
    {
        _client.ThrowIfClosed();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = done.Task.ContinueWith(
            static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _client.Core.Mailbox.Run(() =>
        {
            if (_client.Core.HasEnded)
            {
                done.TrySetException(new ClientException(ClientErrorCode.ClientClosed, "The client was closed."));
                return;
            }

            if (_joining is { } other)
                _ = other.Task.ContinueWith(t => Follow(t, done), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            else
                _joining = done;
            _client.Core.JoinRoom(this, options ?? RoomJoinOptions.Default);
        });
        return done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Leaves. Never fails: where there is no connection there is nothing to leave.</summary>
    /// <returns>Ends with the server's answer.</returns>
    public async Task LeaveAsync()
    {
        Task left = Task.CompletedTask;
        await _client.Core.Mailbox.RunAsync(() => left = _client.Core.LeaveRoom(this)).ConfigureAwait(false);
        await left.ConfigureAwait(false);
    }

    /// <summary>Listens to publications of a type; <c>*</c> is all of them.</summary>
    /// <param name="type">The type.</param>
    /// <param name="listener">Who is told.</param>
    /// <returns>What removes the listener.</returns>
    public IDisposable On(string type, Action<ClientMessage> listener) => Listen(type, listener, listener);

    /// <summary>As above; see <see cref="WebSocketClient.On(string, Func{ClientMessage, Task})"/>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="listener">Who is told.</param>
    /// <returns>What removes the listener.</returns>
    public IDisposable On(string type, Func<ClientMessage, Task> listener) => Listen(type, listener, m => _client.Observe(listener(m)));

    /// <summary>Listens to publications of a type, and gets the payload.</summary>
    /// <param name="type">The type.</param>
    /// <param name="json">How to read the payload.</param>
    /// <param name="listener">Who is told; null if there is no payload.</param>
    /// <returns>What removes the listener.</returns>
    public IDisposable On<T>(string type, JsonTypeInfo<T> json, Action<T> listener) =>
        Listen(type, listener, _client.Reader(m => m.Read(json)!, listener));

    /// <summary>Reads the payload by the web's conventions; otherwise as <see cref="On{T}(string, JsonTypeInfo{T}, Action{T})"/>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="listener">Who is told; null if there is no payload.</param>
    /// <returns>What removes the listener.</returns>
    [RequiresUnreferencedCode(ClientMessage.Reflection)]
    [RequiresDynamicCode(ClientMessage.Reflection)]
    public IDisposable On<T>(string type, Action<T> listener) => Listen(type, listener, _client.Reader(m => m.Read<T>()!, listener));

    /// <summary>Removes a listener, or all of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="listener">The listener as it was added; null for all.</param>
    public void Off(string type, Delegate? listener = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        _listeners.Remove(type, listener);
    }

    private IDisposable Listen(string type, Delegate listener, Action<ClientMessage> call)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(listener);
        return _listeners.Add(type, listener, call, once: false);
    }

    private static void Follow(Task leader, TaskCompletionSource follower)
    {
        if (leader.Exception?.InnerException is { } e)
            follower.TrySetException(e);
        else
            follower.TrySetResult();
    }
}
