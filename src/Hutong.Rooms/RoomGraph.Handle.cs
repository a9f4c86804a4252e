using System.Diagnostics;
using System.Text.Json;
using Hutong.Rooms.Internal;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <content>Messages of clients: what the protocol defines, and what the application's handlers take.</content>
public sealed partial class RoomGraph
{
    /// <summary>Handles a message in the session's turn. It never throws.</summary>
    internal async ValueTask HandleAsync(Session session, Envelope envelope)
    {
        try
        {
            var error = envelope.Type switch
            {
                EnvelopeType.Ping => Pong(session, envelope),
                EnvelopeType.Join => await JoinAsync(session, envelope).ConfigureAwait(false),
                EnvelopeType.Leave => await LeaveAsync(session, envelope).ConfigureAwait(false),
                EnvelopeType.Presence => await GivePresenceAsync(session, envelope).ConfigureAwait(false),
                EnvelopeType.History => await GiveHistoryAsync(session, envelope).ConfigureAwait(false),
                EnvelopeType.Position => GivePosition(session, envelope),
                EnvelopeType.Auth or EnvelopeType.Resume => await session.Wire.ReceiveAsync(envelope).ConfigureAwait(false),
                _ when EnvelopeType.Find(envelope.Type) is not null => RoomError.UnknownType,
                _ => await HandleApplicationAsync(session, envelope).ConfigureAwait(false),
            };
            if (error is not null)
                session.SendError(error, envelope.Id, envelope.Room);
            RoomsTelemetry.Received(error?.Code);
        }
        catch (Exception e)
        {
            if (e is not OperationCanceledException || !session.IsEnded)
                RoomsLog.HandlerFailed(Log, e, session.Id, envelope.Type);
            session.SendError(RoomError.Internal, envelope.Id, envelope.Room);
            RoomsTelemetry.Received(RoomError.Internal.Code);
        }
    }

    private RoomError? Pong(Session session, in Envelope envelope)
    {
        session.Answer(new OutgoingMessage(EnvelopeType.Pong, id: envelope.Id, timestamp: Now));
        return null;
    }

    private async ValueTask<RoomError?> JoinAsync(Session session, Envelope envelope)
    {
        if (envelope.Room is not { } room)
            return RoomError.RoomMissing;
        if (!session.TryTakeJoin(Now))
            return RoomError.RateLimited;
        if (Kinds.FindOpen(room) is not { } kind)
            return RoomError.UnknownRoom;
        var info = envelope.Info;
        if (Handlers.Join.Length > 0 || Handlers.HasMiddleware)
        {
            var context = new JoinContext(this, session, room, info);
            if (!await RunAsync(context, "join").ConfigureAwait(false))
                return RoomError.Internal;
            if (context.Refusal is not null || !context.IsHandled)
            {
                RoomsTelemetry.Refused(RoomError.JoinRefused);
                session.Answer(Answers.Error(RoomError.JoinRefused, envelope.Id, room, context.Refusal));
                return null;
            }

            info = context.Info;
        }

        var join = new JoinOperation(session, this, envelope.Id) { Since = envelope.Since, Info = info.Length == 0 ? null : info.ToArray() };
        GetRoom(room, kind).Post(join);
        // It is answered in the room's turn; what the client sends next finds it joined.
        await join.WaitAsync().ConfigureAwait(false);
        return null;
    }

    private async ValueTask<RoomError?> LeaveAsync(Session session, Envelope envelope)
    {
        if (envelope.Room is not { } room)
            return RoomError.RoomMissing;
        if (session.Find(room) is not { } member)
            return RoomError.NotJoined;
        // The answer comes in the room's turn too: after it nothing of the room does.
        member.Room.Post(actor =>
        {
            actor.Leave(member);
            if (envelope.Id.IsPresent)
                session.Answer(Answers.Ack(envelope.Id, room));
        });
        if (Handlers.Leave.Length > 0 || Handlers.HasMiddleware)
            await RunAsync(new LeaveContext(this, session, room), "leave").ConfigureAwait(false);
        return null;
    }

    private async ValueTask<RoomError?> GivePresenceAsync(Session session, Envelope envelope)
    {
        if (envelope.Room is not { } room)
            return RoomError.RoomMissing;
        if (session.Find(room) is not { } member)
            return RoomError.NotJoined;
        var options = member.Room.Options;
        if (!options.Presence)
            return RoomError.PresenceDenied;
        var snapshot = await Presence.GetAsync(room, options.PresenceSample, Stopping).ConfigureAwait(false);
        session.Answer(Answers.Presence(envelope.Id, room, snapshot));
        return null;
    }

    private async ValueTask<RoomError?> GiveHistoryAsync(Session session, Envelope envelope)
    {
        if (envelope.Room is not { } room)
            return RoomError.RoomMissing;
        if (session.Find(room) is not { } member)
            return RoomError.NotJoined;
        if (!member.Room.Options.HistoryVisible || !member.Room.Stream.HasHistory)
            return RoomError.HistoryDenied;
        var page = await Backplane.ReadAsync(room, member.Room.Stream, envelope.Since, LimitOf(envelope), Stopping).ConfigureAwait(false);
        session.Answer(Answers.History(envelope.Id, room, page));
        return null;
    }

    /// <summary>How many publications a client wants, as far as it may have them: the payload's <c>limit</c>.</summary>
    private int LimitOf(in Envelope envelope)
    {
        if (envelope.PayloadKind != PayloadKind.Json)
            return Options.HistoryLimit;
        var reader = new Utf8JsonReader(envelope.Payload.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return Options.HistoryLimit;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals("limit"u8);
            reader.Read();
            if (found)
                return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int limit) ? Math.Clamp(limit, 0, Options.HistoryLimit) : Options.HistoryLimit;
            reader.Skip();
        }

        return Options.HistoryLimit;
    }

    private static RoomError? GivePosition(Session session, in Envelope envelope)
    {
        if (envelope.Room is not { } room)
            return RoomError.RoomMissing;
        if (session.Find(room) is not { } member)
            return RoomError.NotJoined;
        var id = envelope.Id;
        member.Room.Post(actor => session.Answer(Answers.Ack(id, room, actor.Position)));
        return null;
    }

    private async ValueTask<RoomError?> HandleApplicationAsync(Session session, Envelope envelope)
    {
        Member? member = null;
        if (envelope.Room is { } room && (member = session.Find(room)) is null)
            return Kinds.FindOpen(room) is null ? RoomError.UnknownRoom : RoomError.NotJoined;
        var handler = Handlers.FindMessage(envelope.Type);
        if (handler is null)
        {
            if (member is null)
                return RoomError.UnknownType;
            var options = member.Room.Options;
            if (!options.ClientPublish)
                return RoomError.PublishDenied;
            if (envelope.Payload.Length > options.PublishSizeLimit)
                return RoomError.MessageTooLarge;
            handler = static async context => await context.PublishAsync().ConfigureAwait(false);
        }

        if (Dedupe.Begin(session, envelope.Id, out var entry) is { } before)
        {
            RoomsTelemetry.Duplicate();
            before.WhenAnswered(answer => session.Answer(answer));
            return null;
        }

        await HandleOnceAsync(session, envelope, handler, entry).ConfigureAwait(false);
        return null;
    }

    private async ValueTask HandleOnceAsync(Session session, Envelope envelope, Func<MessageContext, ValueTask> handler, DedupeTable.Entry? entry)
    {
        long began = RoomsTelemetry.TimesHandlers ? Options.TimeProvider.GetTimestamp() : 0;
        using var activity = RoomsTelemetry.Activities.StartActivity("rooms.message", ActivityKind.Server);
        activity?.SetTag("hutong.message_type", envelope.Type);
        activity?.SetTag("hutong.room", envelope.Room);
        var context = new MessageContext(this, session, envelope, handler);
        OutgoingMessage answer;
        RoomError? error = null;
        try
        {
            await Handlers.RunAsync(context).ConfigureAwait(false);
            if (context.Refusal is var (code, message))
                answer = Answers.Error(code, message, envelope.Id, envelope.Room);
            else if (!context.IsHandled)
                answer = Answers.Error(error = RoomError.Forbidden, envelope.Id, envelope.Room);
            else
                answer = Answers.Ack(envelope.Id, envelope.Room, context.Position, context.Answer);
        }
        catch (JsonException)
        {
            answer = Answers.Error(error = RoomError.InvalidPayload, envelope.Id, envelope.Room);
        }
        catch (Exception e)
        {
            if (e is not OperationCanceledException || !session.IsEnded)
                RoomsLog.HandlerFailed(Log, e, session.Id, envelope.Type);
            answer = Answers.Error(error = RoomError.Internal, envelope.Id, envelope.Room);
        }
        finally
        {
            await DisposeScopeAsync(context, envelope.Type).ConfigureAwait(false);
        }

        if (error is not null)
            activity?.SetStatus(ActivityStatusCode.Error, error.Code);
        if (began != 0)
            RoomsTelemetry.Handled(Options.TimeProvider.GetElapsedTime(began), error?.Code);
        entry?.Complete(answer, keep: answer.Type == EnvelopeType.Ack);
        if (envelope.Id.IsPresent || answer.Type == EnvelopeType.Error)
            session.Answer(answer);
    }
}
