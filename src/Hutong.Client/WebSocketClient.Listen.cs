using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hutong.Client.Internal;

namespace Hutong.Client;

/// <content>What listeners are told.</content>
public sealed partial class WebSocketClient
{
    private readonly Listeners _messages;

    /// <summary>It has come from one state to another.</summary>
    public event Action<ClientStateChange>? StateChanged;

    /// <summary>Messages can be sent; what was queued goes out after the listeners have returned.</summary>
    public event Action<ClientOpened>? Opened;

    /// <summary>A connection has ended, or could not be opened.</summary>
    public event Action<ClientClose>? Closed;

    /// <summary>Something went wrong that is not the answer to a call.</summary>
    public event Action<ClientException>? ErrorOccurred;

    /// <summary>Anything came but answers to probes and requests. Listeners by type are told afterwards.</summary>
    public event Action<ClientMessage>? MessageReceived;

    /// <summary>A message came that nobody listens to.</summary>
    public event Action<ClientMessage>? UnknownReceived;

    /// <summary>The last attempt has failed: ask the person, and call <see cref="Reconnect"/>.</summary>
    public event Action<ReconnectFailure>? ReconnectFailed;

    /// <summary>What had to wait has all been handed to the connection.</summary>
    public event Action? Drained;

    /// <summary>
    /// Listens to messages of a type; <see cref="ClientMessage.Raw"/> is what is no envelope. Adding a listener twice is adding it once.
    /// </summary>
    /// <param name="type">The type.</param>
    /// <param name="listener">Who is told.</param>
    /// <returns>What removes the listener.</returns>
    public IDisposable On(string type, Action<ClientMessage> listener) => Listen(type, listener, listener, once: false);

    /// <summary>As above; what a listener does asynchronously is not waited for, and what it throws is an <see cref="ErrorOccurred"/>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="listener">Who is told.</param>
    /// <returns>What removes the listener.</returns>
    public IDisposable On(string type, Func<ClientMessage, Task> listener) => Listen(type, listener, m => Observe(listener(m)), once: false);

    /// <summary>Listens to messages of a type, and gets the payload. One that does not fit is an <see cref="ErrorOccurred"/>, <c>invalid_payload</c>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="json">How to read the payload.</param>
    /// <param name="listener">Who is told; null if there is no payload.</param>
    /// <returns>What removes the listener.</returns>
    public IDisposable On<T>(string type, JsonTypeInfo<T> json, Action<T> listener) => Listen(type, listener, Reader(m => m.Read(json)!, listener), once: false);

    /// <inheritdoc cref="On{T}(string, JsonTypeInfo{T}, Action{T})"/>
    public IDisposable On<T>(string type, JsonTypeInfo<T> json, Func<T, Task> listener) =>
        Listen(type, listener, Reader<T>(m => m.Read(json)!, v => Observe(listener(v))), once: false);

    /// <summary>Reads the payload by the web's conventions; otherwise as <see cref="On{T}(string, JsonTypeInfo{T}, Action{T})"/>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="listener">Who is told; null if there is no payload.</param>
    /// <returns>What removes the listener.</returns>
    [RequiresUnreferencedCode(ClientMessage.Reflection)]
    [RequiresDynamicCode(ClientMessage.Reflection)]
    public IDisposable On<T>(string type, Action<T> listener) => Listen(type, listener, Reader(m => m.Read<T>()!, listener), once: false);

    /// <inheritdoc cref="On{T}(string, Action{T})"/>
    [RequiresUnreferencedCode(ClientMessage.Reflection)]
    [RequiresDynamicCode(ClientMessage.Reflection)]
    public IDisposable On<T>(string type, Func<T, Task> listener) =>
        Listen(type, listener, Reader<T>(m => m.Read<T>()!, v => Observe(listener(v))), once: false);

    /// <summary>As <see cref="On(string, Action{ClientMessage})"/>, for the next message only.</summary>
    /// <param name="type">The type.</param>
    /// <param name="listener">Who is told.</param>
    /// <returns>What removes the listener.</returns>
    public IDisposable Once(string type, Action<ClientMessage> listener) => Listen(type, listener, listener, once: true);

    /// <summary>As <see cref="On{T}(string, JsonTypeInfo{T}, Action{T})"/>, for the next message only.</summary>
    /// <param name="type">The type.</param>
    /// <param name="json">How to read the payload.</param>
    /// <param name="listener">Who is told.</param>
    /// <returns>What removes the listener.</returns>
    public IDisposable Once<T>(string type, JsonTypeInfo<T> json, Action<T> listener) => Listen(type, listener, Reader(m => m.Read(json)!, listener), once: true);

    /// <summary>As <see cref="On{T}(string, Action{T})"/>, for the next message only.</summary>
    /// <param name="type">The type.</param>
    /// <param name="listener">Who is told.</param>
    /// <returns>What removes the listener.</returns>
    [RequiresUnreferencedCode(ClientMessage.Reflection)]
    [RequiresDynamicCode(ClientMessage.Reflection)]
    public IDisposable Once<T>(string type, Action<T> listener) => Listen(type, listener, Reader(m => m.Read<T>()!, listener), once: true);

    /// <summary>Removes a listener to messages, or all of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="listener">The listener as it was added; null for all.</param>
    public void Off(string type, Delegate? listener = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        _messages.Remove(type, listener);
    }

    internal Action<ClientMessage> Reader<T>(Func<ClientMessage, T> read, Action<T> listener) => message =>
    {
        T value;
        try
        {
            value = read(message);
        }
        catch (JsonException e)
        {
            _core.Link.Report(new ClientException(ClientErrorCode.InvalidPayload, $"A payload of type '{message.Type}' does not fit.", e));
            return;
        }

        listener(value);
    };

    /// <summary>Sees to it that what a task throws is told.</summary>
    internal void Observe(Task? task)
    {
        if (task is null || task.IsCompletedSuccessfully)
            return;
        _ = task.ContinueWith(
            t => _core.Mailbox.Run(() => _core.Failed(t.Exception?.InnerException ?? new TaskCanceledException(t))),
            CancellationToken.None, TaskContinuationOptions.NotOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private IDisposable Listen(string type, Delegate listener, Action<ClientMessage> call, bool once)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(listener);
        return _messages.Add(type, listener, call, once);
    }

    /// <summary>What the core tells this user of it.</summary>
    private sealed class Audience(WebSocketClient client) : IAudience
    {
        public void Tell(ClientStateChange change) => Raise(client.StateChanged, change);

        public void Tell(ClientOpened opened) => Raise(client.Opened, opened);

        public void Tell(ClientClose close) => Raise(client.Closed, close);

        public void Tell(ClientException error) => Raise(client.ErrorOccurred, error);

        public void Tell(ReconnectFailure failure) => Raise(client.ReconnectFailed, failure);

        public void TellMessage(ClientMessage message) => Raise(client.MessageReceived, message);

        public void TellUnknown(ClientMessage message) => Raise(client.UnknownReceived, message);

        public bool Deliver(ClientMessage message) => client._messages.Call(message.Type, message);

        public void TellDrained()
        {
            foreach (var listener in Delegate.EnumerateInvocationList(client.Drained))
            {
                try
                {
                    listener();
                }
                catch (Exception e)
                {
                    client._core.Failed(e);
                }
            }
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
                    client._core.Failed(e);
                }
            }
        }
    }
}
