using System.Text.Json;
using Hutong.Rooms;

namespace Hutong.SocketIO.Internal;

/// <summary>A client that goes on with an earlier socket: complete, or not at all. See <c>docs/adr/0012-socket-io-on-rooms.md</c>.</summary>
internal sealed class Recovery
{
    private readonly SocketNamespace _namespace;
    private readonly List<Queue<MissedEvent>> _missed = [];

    private Recovery(SocketNamespace nsp, SocketState state, long[] offsets)
    {
        _namespace = nsp;
        State = state;
        Offsets = offsets;
    }

    public SocketState State { get; }

    /// <summary>For each place what the client has got.</summary>
    public long[] Offsets { get; }

    /// <summary>Looks whether a client that asks for it may go on.</summary>
    /// <param name="nsp">The namespace.</param>
    /// <param name="auth">What the client said.</param>
    /// <returns>Null if it is to begin anew.</returns>
    public static async ValueTask<Recovery?> PrepareAsync(SocketNamespace nsp, ReadOnlyMemory<byte> auth)
    {
        var (pid, offset) = Read(auth.Span);
        if (pid is null || !RoomNames.IsId(pid))
            return null;
        if (nsp.FindByPid(pid) is { } live)
            await live.TakeOverAsync().ConfigureAwait(false);
        try
        {
            var state = await nsp.Server.States.TakeAsync(pid).ConfigureAwait(false);
            if (state is null)
                return null;
            if (state.Namespace != nsp.Name)
            {
                await nsp.Server.States.SaveAsync(state).ConfigureAwait(false);
                return null;
            }

            if (RecoveryTrack.Read(state, offset) is not { } offsets)
                return null;
            var recovery = new Recovery(nsp, state, offsets);
            return await recovery.CheckAsync().ConfigureAwait(false) ? recovery : null;
        }
        catch (Exception e)
        {
            SocketLog.StateFailed(nsp.Server.Log, e, "");
            return null;
        }
    }

    /// <summary>Keeps the state for another attempt.</summary>
    public async ValueTask PutBackAsync()
    {
        try
        {
            await _namespace.Server.States.SaveAsync(State).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            SocketLog.StateFailed(_namespace.Server.Log, e, State.Id);
        }
    }

    /// <summary>Lets the socket, whose wire holds what comes, into all its rooms again, that of all last: whether an event is for it depends on the others.</summary>
    /// <returns>False if something was missed for good.</returns>
    public async ValueTask<bool> EnterAsync(Session session)
    {
        var graph = _namespace.Graph;
        string all = _namespace.Names.All;
        var order = Enumerable.Range(0, State.Places.Count).Where(i => !State.Places[i].IsLeft).OrderBy(i => State.Places[i].Room == all);
        foreach (int index in order)
        {
            var place = State.Places[index];
            bool? recovered = null;
            IReadOnlyList<Publication> missed = [];
            var error = await graph.EnterAsync(session, place.Room, new StreamPosition(place.Epoch!, Offsets[index]), (_, whole, publications) =>
            {
                recovered = whole;
                missed = publications;
            }).ConfigureAwait(false);
            if (error is not null || recovered != true)
                return false;
            Keep(index, missed);
        }

        return true;
    }

    /// <summary>What was missed, by the time of publication; within a room always in its order.</summary>
    public Queue<MissedEvent> Missed()
    {
        var all = new Queue<MissedEvent>();
        while (_missed.Where(m => m.Count > 0).MinBy(m => (m.Peek().Publication.Timestamp, m.Peek().Publication.Number)) is { } first)
            all.Enqueue(first.Dequeue());
        return all;
    }

    private static (string? Pid, string? Offset) Read(ReadOnlySpan<byte> auth)
    {
        string? pid = null;
        string? offset = null;
        if (auth.IsEmpty)
            return default;
        var reader = new Utf8JsonReader(auth, new JsonReaderOptions { MaxDepth = 512 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isPid = reader.ValueTextEquals("pid"u8);
            bool isOffset = reader.ValueTextEquals("offset"u8);
            reader.Read();
            if (isPid)
                pid = reader.TokenType == JsonTokenType.String ? reader.GetString() : "";
            else if (isOffset)
                offset = reader.TokenType == JsonTokenType.String ? reader.GetString() : "?";
            reader.Skip();
        }

        return (pid, offset);
    }

    /// <summary>Looks whether everything that was missed is there still, before anything is done. What was missed of rooms that were left since is read for good.</summary>
    private async ValueTask<bool> CheckAsync()
    {
        var graph = _namespace.Graph;
        int limit = graph.Options.RecoveryLimit;
        for (int i = 0; i < State.Places.Count; i++)
        {
            var place = State.Places[i];
            if (place.Epoch is null)
            {
                // Nothing of it is kept: the client must have got everything.
                if (!place.IsLeft || Offsets[i] != place.Until)
                    return false;
                continue;
            }

            if (place.IsLeft && Offsets[i] >= place.Until)
                continue;
            var page = await graph.GetHistoryAsync(place.Room, new StreamPosition(place.Epoch, Offsets[i]), limit).ConfigureAwait(false);
            if (!page.IsComplete || page.Top is not { } top || top.Epoch != place.Epoch)
                return false;
            long read = page.Publications.Count > 0 ? page.Publications[^1].Position!.Value.Offset : Offsets[i];
            if (read < (place.IsLeft ? place.Until : top.Offset))
                return false;
            if (place.IsLeft)
                Keep(i, page.Publications.Where(p => p.Position!.Value.Offset <= place.Until));
        }

        return true;
    }

    private void Keep(int index, IEnumerable<Publication> publications) =>
        _missed.Add(new(publications.Select(p => new MissedEvent(p, index, IsKept(p)))));

    /// <summary>Whether an event was not for the socket, which was in other rooms when it was published than it may be in now.</summary>
    private bool IsKept(Publication publication) =>
        publication.Except.Contains(State.Id, StringComparer.Ordinal)
        || (publication.Among.Count > 0 && !WasIn(publication.Among, publication.Timestamp))
        || WasIn(publication.ExceptRooms, publication.Timestamp);

    private bool WasIn(IReadOnlyList<string> rooms, long time) =>
        State.Places.Any(p => rooms.Contains(p.Room, StringComparer.Ordinal) && p.JoinedAt <= time && !(p.LeftAt <= time));
}
