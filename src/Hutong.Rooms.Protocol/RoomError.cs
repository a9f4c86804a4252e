namespace Hutong.Rooms.Protocol;

/// <summary>
/// What is wrong with a client's message or request: a value, never an exception. It travels as <c>error {code, message}</c>, or as a problem
/// document over HTTP; the connection lives. The set is closed; see <c>docs/reference/envelope.md</c>.
/// </summary>
public sealed class RoomError
{
    /// <summary>The message is above the size that is taken.</summary>
    public static readonly RoomError MessageTooLarge = new("message_too_large", 413, "The message is larger than this server takes.");

    /// <summary>The bytes are not UTF-8.</summary>
    public static readonly RoomError InvalidUtf8 = new("invalid_utf8", 400, "The message is not UTF-8.");

    /// <summary>The text is not JSON (RFC 8259).</summary>
    public static readonly RoomError InvalidJson = new("invalid_json", 400, "The message is not JSON.");

    /// <summary>JSON, and not an object.</summary>
    public static readonly RoomError NotAnObject = new("not_an_object", 400, "The message is not a JSON object.");

    /// <summary>JSON that is nested too deep.</summary>
    public static readonly RoomError TooDeep = new("too_deep", 400, "The message is nested too deep.");

    /// <summary>A member of the envelope comes twice.</summary>
    public static readonly RoomError DuplicateField = new("duplicate_field", 400, "A field of the envelope comes twice.");

    /// <summary>Bytes that are no binary envelope.</summary>
    public static readonly RoomError InvalidBinary = new("invalid_binary", 400, "The message is not a binary envelope.");

    /// <summary>There is no <c>type</c>.</summary>
    public static readonly RoomError TypeMissing = new("type_missing", 400, "The message has no type.");

    /// <summary><c>type</c> is not a string of the right size.</summary>
    public static readonly RoomError InvalidType = new("invalid_type", 400, "The type is not a string, is empty or is too long.");

    /// <summary><c>id</c> is neither a string nor an integer, or too long.</summary>
    public static readonly RoomError InvalidId = new("invalid_id", 400, "The id is neither a string nor an integer, is empty or is too long.");

    /// <summary><c>room</c> is not a room's name.</summary>
    public static readonly RoomError InvalidRoom = new("invalid_room", 400, "The room is not a string, is empty, is too long or holds control characters.");

    /// <summary><c>timestamp</c> is not a number of milliseconds.</summary>
    public static readonly RoomError InvalidTimestamp = new("invalid_timestamp", 400, "The timestamp is not a number of milliseconds.");

    /// <summary><c>epoch</c> and <c>offset</c> do not make a position.</summary>
    public static readonly RoomError InvalidPosition = new("invalid_position", 400, "Epoch and offset are not a position.");

    /// <summary><c>since</c> is not a position.</summary>
    public static readonly RoomError InvalidSince = new("invalid_since", 400, "Since is not a position {epoch, offset}.");

    /// <summary><c>key</c> is not a string of the right size.</summary>
    public static readonly RoomError InvalidKey = new("invalid_key", 400, "The key is not a string, is empty or is too long.");

    /// <summary><c>token</c> is not a string of the right size.</summary>
    public static readonly RoomError InvalidToken = new("invalid_token", 400, "The token is not a string, is empty or is too long.");

    /// <summary><c>session</c> is not a string of the right size.</summary>
    public static readonly RoomError InvalidSession = new("invalid_session", 400, "The session is not a string, is empty or is too long.");

    /// <summary><c>ack</c> is not a count.</summary>
    public static readonly RoomError InvalidAck = new("invalid_ack", 400, "The acknowledgement is not a number of messages.");

    /// <summary><c>reason</c> is not a string of the right size.</summary>
    public static readonly RoomError InvalidReason = new("invalid_reason", 400, "The reason is not a string or is too long.");

    /// <summary><c>info</c> is too large.</summary>
    public static readonly RoomError InvalidInfo = new("invalid_info", 400, "The info is larger than this server takes.");

    /// <summary><c>data</c> is not base64, or stands beside <c>payload</c>.</summary>
    public static readonly RoomError InvalidData = new("invalid_data", 400, "The data is not base64, or stands beside a payload.");

    /// <summary>No handler takes this type.</summary>
    public static readonly RoomError UnknownType = new("unknown_type", 400, "Nobody here takes messages of this type.");

    /// <summary>The payload does not fit the type.</summary>
    public static readonly RoomError InvalidPayload = new("invalid_payload", 400, "The payload does not fit the type.");

    /// <summary>A message that needs a room names none.</summary>
    public static readonly RoomError RoomMissing = new("room_missing", 400, "The message names no room.");

    /// <summary>No room may have this name.</summary>
    public static readonly RoomError UnknownRoom = new("unknown_room", 404, "There is no such room.");

    /// <summary>A message for a room that the session is not in.</summary>
    public static readonly RoomError NotJoined = new("not_joined", 403, "The session is not in the room.");

    /// <summary>The application refused the join.</summary>
    public static readonly RoomError JoinRefused = new("join_refused", 403, "The room cannot be joined.");

    /// <summary>The room has as many members as it may.</summary>
    public static readonly RoomError RoomFull = new("room_full", 403, "The room is full.");

    /// <summary>The session is in as many rooms as it may.</summary>
    public static readonly RoomError TooManyRooms = new("too_many_rooms", 403, "The session is in too many rooms.");

    /// <summary>Clients may not publish in this room.</summary>
    public static readonly RoomError PublishDenied = new("publish_denied", 403, "Clients may not publish in this room.");

    /// <summary>The room has no presence, or does not show it.</summary>
    public static readonly RoomError PresenceDenied = new("presence_denied", 403, "The room does not show who is in it.");

    /// <summary>The room keeps no history, or does not show it.</summary>
    public static readonly RoomError HistoryDenied = new("history_denied", 403, "The room does not show its history.");

    /// <summary>The endpoint wants to know first who the client is.</summary>
    public static readonly RoomError AuthRequired = new("auth_required", 401, "Authenticate first.");

    /// <summary>The token was refused.</summary>
    public static readonly RoomError AuthFailed = new("auth_failed", 401, "The token was refused.");

    /// <summary>What the client was authenticated with has expired.</summary>
    public static readonly RoomError AuthExpired = new("auth_expired", 401, "The authentication has expired.");

    /// <summary>The host forbids it.</summary>
    public static readonly RoomError Forbidden = new("forbidden", 403, "The user may not do this.");

    /// <summary>No such session, or its token is not the right one: the two look alike on purpose.</summary>
    public static readonly RoomError UnknownSession = new("unknown_session", 404, "There is no such session.");

    /// <summary>The session cannot give again what was missed.</summary>
    public static readonly RoomError SessionLost = new("session_lost", 410, "The session cannot be resumed without a gap.");

    /// <summary>The application refused the session when it began.</summary>
    public static readonly RoomError SessionRefused = new("session_refused", 403, "The server refused the session.");

    /// <summary>HTTP: another request has taken this one's place.</summary>
    public static readonly RoomError Replaced = new("replaced", 409, "Another request of the session has taken this one's place.");

    /// <summary>HTTP: one request brings more messages than it may.</summary>
    public static readonly RoomError TooManyMessages = new("too_many_messages", 413, "The request brings too many messages.");

    /// <summary>HTTP: a parameter or a header is not what it should be.</summary>
    public static readonly RoomError InvalidRequest = new("invalid_request", 400, "A parameter or a header of the request is not valid.");

    /// <summary>The user or the address has as many sessions as it may.</summary>
    public static readonly RoomError TooManySessions = new("too_many_sessions", 429, "Too many sessions.");

    /// <summary>Messages come faster than they may.</summary>
    public static readonly RoomError RateLimited = new("rate_limited", 429, "Messages come too fast.");

    /// <summary>The server is short of memory, or goes down.</summary>
    public static readonly RoomError Overloaded = new("overloaded", 503, "The server takes no more now; come back later.");

    /// <summary>The server failed; its log says more.</summary>
    public static readonly RoomError Internal = new("internal", 500, "The server failed to do this.");

    private RoomError(string code, int statusCode, string message)
    {
        Code = code;
        StatusCode = statusCode;
        Message = message;
    }

    /// <summary>Every error there is, in the order of the documentation.</summary>
    public static IReadOnlyList<RoomError> All { get; } =
    [
        MessageTooLarge, InvalidUtf8, InvalidJson, NotAnObject, TooDeep, DuplicateField, InvalidBinary, TypeMissing, InvalidType, InvalidId,
        InvalidRoom, InvalidTimestamp, InvalidPosition, InvalidSince, InvalidKey, InvalidToken, InvalidSession, InvalidAck, InvalidReason,
        InvalidInfo, InvalidData, UnknownType, InvalidPayload, RoomMissing, UnknownRoom, NotJoined, JoinRefused, RoomFull, TooManyRooms,
        PublishDenied, PresenceDenied, HistoryDenied, AuthRequired, AuthFailed, AuthExpired, Forbidden, UnknownSession, SessionLost,
        SessionRefused, Replaced, TooManyMessages, InvalidRequest, TooManySessions, RateLimited, Overloaded, Internal,
    ];

    /// <summary>The stable name, in snake_case.</summary>
    public string Code { get; }

    /// <summary>The HTTP status where a request is answered with it.</summary>
    public int StatusCode { get; }

    /// <summary>One sentence for people.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message}";
}
