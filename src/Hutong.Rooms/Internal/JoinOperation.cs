using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Internal;

/// <summary>A session wants to be in a room. It ends once it was answered.</summary>
internal sealed class JoinOperation(Session session, RoomGraph graph, MessageId id) : RoomOperation
{
    private static readonly object Done = new();

    private object? _end;

    public Session Session { get; } = session;

    /// <summary>The message that asked for it.</summary>
    public MessageId Id { get; } = id;

    /// <summary>Whether the client asked, and is answered even without an id.</summary>
    public StreamPosition? Since { get; init; }

    public byte[]? Info { get; init; }

    /// <summary>Takes the answer in place of the client; null: the client is answered.</summary>
    public JoinTaken? Taken { get; init; }

    /// <summary>What went wrong; null if the session is in.</summary>
    public RoomError? Error { get; private set; }

    public override void Run(RoomActor room) => room.Join(this);

    public void Complete(RoomError? error = null)
    {
        Error = error;
        if (Interlocked.Exchange(ref _end, Done) is TaskCompletionSource waiting)
            // Not in the room's turn: whoever waits runs the application's code.
            graph.Scheduler.Schedule(static state => ((TaskCompletionSource)state!).SetResult(), waiting);
    }

    public ValueTask WaitAsync()
    {
        if (ReferenceEquals(Volatile.Read(ref _end), Done))
            return default;
        var waiting = new TaskCompletionSource();
        return Interlocked.CompareExchange(ref _end, waiting, null) is null ? new ValueTask(waiting.Task) : default;
    }
}
