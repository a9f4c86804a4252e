using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Hutong.Rooms.Internal;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Rooms;

/// <summary>
/// Which rooms there are and what happens in them. What is added holds for the whole <see cref="RoomGraph"/>, whichever address a client came by.
/// Handlers run on the thread pool, those of one session one after the other. What a handler throws is logged and answered with
/// <c>error internal</c>; the session lives.
/// </summary>
public sealed class RoomsBuilder
{
    private const string Reflection = "Deserializes by reflection: pass a JsonTypeInfo where code is trimmed or compiled ahead of time.";

    private readonly RoomGraph _graph;

    internal RoomsBuilder(RoomGraph graph) => _graph = graph;

    /// <summary>Says how the rooms of a pattern behave. Exact names win, then the longest beginning; the order of calls does not matter.</summary>
    /// <param name="pattern">A room's name, or the beginning of names with <c>*</c> at the end.</param>
    /// <param name="options">How they behave; null for the defaults.</param>
    /// <exception cref="ArgumentException">The pattern is not one, or was mapped before.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public RoomsBuilder Map(string pattern, RoomOptions? options = null)
    {
        _graph.Kinds.Add(pattern, options ?? new());
        return this;
    }

    /// <summary>Calls a handler when a session begins, before anything of it is handled; it may refuse.</summary>
    /// <param name="handler">The handler.</param>
    public RoomsBuilder OnConnect(Func<ConnectContext, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _graph.Handlers.AddConnect(handler);
        return this;
    }

    /// <inheritdoc cref="OnConnect(Func{ConnectContext, ValueTask})"/>
    public RoomsBuilder OnConnect(Action<ConnectContext> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnConnect(context =>
        {
            handler(context);
            return default;
        });
    }

    /// <summary>Calls a handler when a client asks to be let into a room; it may refuse. All that match are called, in the order in which they were added.</summary>
    /// <param name="pattern">A room's name, or the beginning of names with <c>*</c> at the end.</param>
    /// <param name="handler">The handler.</param>
    public RoomsBuilder OnJoin(string pattern, Func<JoinContext, ValueTask> handler)
    {
        RoomPattern.Check(pattern);
        ArgumentNullException.ThrowIfNull(handler);
        _graph.Handlers.AddJoin(pattern, handler);
        return this;
    }

    /// <inheritdoc cref="OnJoin(string, Func{JoinContext, ValueTask})"/>
    public RoomsBuilder OnJoin(string pattern, Action<JoinContext> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnJoin(pattern, context =>
        {
            handler(context);
            return default;
        });
    }

    /// <summary>Calls a handler when a session has left a room, or has ended while it was in it.</summary>
    /// <param name="pattern">A room's name, or the beginning of names with <c>*</c> at the end.</param>
    /// <param name="handler">The handler.</param>
    public RoomsBuilder OnLeave(string pattern, Func<LeaveContext, ValueTask> handler)
    {
        RoomPattern.Check(pattern);
        ArgumentNullException.ThrowIfNull(handler);
        _graph.Handlers.AddLeave(pattern, handler);
        return this;
    }

    /// <summary>Calls a handler when a session has ended.</summary>
    /// <param name="handler">The handler.</param>
    public RoomsBuilder OnDisconnect(Func<DisconnectContext, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _graph.Handlers.AddDisconnect(handler);
        return this;
    }

    /// <summary>
    /// Wraps whatever handlers are called for, if there are none too; the context's type tells what. What is added first is outermost. A session, join or
    /// message that it does not let through is refused.
    /// </summary>
    /// <param name="middleware">Calls the second argument to let it through.</param>
    public RoomsBuilder Use(Func<SessionContext, Func<ValueTask>, ValueTask> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        _graph.Handlers.AddMiddleware(middleware);
        return this;
    }

    /// <summary>
    /// Handles messages of a type. A message that names a room gets here only if the session is in it. When the handler's task has ended, a
    /// message with an id is answered with <c>ack</c>.
    /// </summary>
    /// <param name="type">The type; none of the protocol's own.</param>
    /// <param name="handler">The handler.</param>
    /// <exception cref="ArgumentException">The type is the protocol's own, or has a handler.</exception>
    public RoomsBuilder On(string type, Func<MessageContext, ValueTask> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(handler);
        if (Protocol.EnvelopeType.Find(type) is not null)
            throw new ArgumentException($"'{type}' is a type of the protocol itself.", nameof(type));
        _graph.Handlers.AddMessage(type, handler);
        return this;
    }

    /// <summary>Handles messages of a type, read as JSON; otherwise as <see cref="On(string, Func{MessageContext, ValueTask})"/>.</summary>
    /// <typeparam name="T">What the content is read as; content that does not fit is answered with <c>invalid_payload</c>.</typeparam>
    /// <param name="type">The type.</param>
    /// <param name="json">How it is read.</param>
    /// <param name="handler">The handler.</param>
    public RoomsBuilder On<T>(string type, JsonTypeInfo<T> json, Func<MessageContext, T, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(handler);
        return On(type, context => handler(context, context.Read(json)));
    }

    /// <inheritdoc cref="On{T}(string, JsonTypeInfo{T}, Func{MessageContext, T, ValueTask})"/>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public RoomsBuilder On<T>(string type, Func<MessageContext, T, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On(type, context => handler(context, context.Read<T>()));
    }

    /// <summary>Handles messages with a service of the host, from a scope of the message; otherwise as the overloads without.</summary>
    /// <typeparam name="T">What the content is read as.</typeparam>
    /// <typeparam name="TService">The service.</typeparam>
    /// <param name="type">The type.</param>
    /// <param name="handler">The handler.</param>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public RoomsBuilder On<T, TService>(string type, Func<MessageContext, T, TService, ValueTask> handler)
        where TService : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On(type, context => handler(context, context.Read<T>(), context.Services.GetRequiredService<TService>()));
    }

    /// <summary>Handles messages with two services of the host, from a scope of the message; otherwise as the overloads without.</summary>
    /// <typeparam name="T">What the content is read as.</typeparam>
    /// <typeparam name="TService1">The first service.</typeparam>
    /// <typeparam name="TService2">The second service.</typeparam>
    /// <param name="type">The type.</param>
    /// <param name="handler">The handler.</param>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public RoomsBuilder On<T, TService1, TService2>(string type, Func<MessageContext, T, TService1, TService2, ValueTask> handler)
        where TService1 : notnull
        where TService2 : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On(type, context => handler(
            context, context.Read<T>(), context.Services.GetRequiredService<TService1>(), context.Services.GetRequiredService<TService2>()));
    }

    /// <summary>Handles messages with three services of the host, from a scope of the message; otherwise as the overloads without.</summary>
    /// <typeparam name="T">What the content is read as.</typeparam>
    /// <typeparam name="TService1">The first service.</typeparam>
    /// <typeparam name="TService2">The second service.</typeparam>
    /// <typeparam name="TService3">The third service.</typeparam>
    /// <param name="type">The type.</param>
    /// <param name="handler">The handler.</param>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public RoomsBuilder On<T, TService1, TService2, TService3>(string type, Func<MessageContext, T, TService1, TService2, TService3, ValueTask> handler)
        where TService1 : notnull
        where TService2 : notnull
        where TService3 : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On(type, context => handler(
            context, context.Read<T>(), context.Services.GetRequiredService<TService1>(), context.Services.GetRequiredService<TService2>(),
            context.Services.GetRequiredService<TService3>()));
    }
}
