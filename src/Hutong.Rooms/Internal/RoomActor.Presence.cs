using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Internal;

/// <content>Who is here: kept in the presence store, told to the others.</content>
internal sealed partial class RoomActor
{
    private async Task AnnounceAsync(Member member, Task before)
    {
        try
        {
            await before.ConfigureAwait(false);
            var session = member.Session;
            var entry = new PresenceEntry(session.Id, session.UserId, member.Info, Graph.Node);
            var change = await Graph.Presence.JoinAsync(Name, entry, Graph.Stopping).ConfigureAwait(false);
            if (change.UserChanged)
                await TellAsync(EnvelopeType.UserJoin, member, change.Sessions).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            RoomsLog.PresenceFailed(Graph.Log, e, Name);
        }
    }

    private async Task LeavePresenceAsync(Member member, Task before)
    {
        try
        {
            // The store must not learn of the end before the beginning.
            await before.ConfigureAwait(false);
            var change = await Graph.Presence.LeaveAsync(Name, member.Session.Id, Graph.Stopping).ConfigureAwait(false);
            if (change.UserChanged)
                await TellAsync(EnvelopeType.UserLeave, member, change.Sessions).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            RoomsLog.PresenceFailed(Graph.Log, e, Name);
        }
    }

    private async ValueTask TellAsync(string type, Member member, int sessions)
    {
        if (!Options.JoinNotices || sessions > Options.PresenceSample)
            return;
        var session = member.Session;
        var notice = new PublishRequest(type, Answers.Member(session.Id, session.UserId, member.Info))
        {
            Sender = session.Id,
            Except = [session.Id],
            Ephemeral = true,
        };
        await Graph.Backplane.PublishAsync(Name, notice, Stream, Graph.Stopping).ConfigureAwait(false);
    }
}
