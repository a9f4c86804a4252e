using Microsoft.AspNetCore.Http;

namespace Hutong.SocketIO.Internal.Engine;

/// <summary>Why a request is refused, with the numbers and words of the protocol. The set is closed; see <c>docs/reference/errors.md</c>.</summary>
internal sealed class EngineRequestError
{
    public static readonly EngineRequestError UnknownTransport = new("unknown_transport", 0, "Transport unknown");

    public static readonly EngineRequestError UnknownSession = new("unknown_session", 1, "Session ID unknown");

    public static readonly EngineRequestError BadMethod = new("bad_handshake_method", 2, "Bad handshake method");

    public static readonly EngineRequestError BadRequest = new("bad_request", 3, "Bad request");

    public static readonly EngineRequestError Forbidden = new("forbidden", 4, "Forbidden", StatusCodes.Status403Forbidden);

    public static readonly EngineRequestError UnsupportedVersion = new("unsupported_version", 5, "Unsupported protocol version");

    /// <summary>Not one of the protocol's, so without a number.</summary>
    public static readonly EngineRequestError TooLarge = new("payload_too_large", -1, "", StatusCodes.Status413PayloadTooLarge);

    private readonly byte[] _body;

    private EngineRequestError(string name, int code, string message, int status = StatusCodes.Status400BadRequest)
    {
        Name = name;
        Code = code;
        Message = message;
        Status = status;
        _body = code < 0 ? [] : System.Text.Encoding.UTF8.GetBytes($$"""{"code":{{code}},"message":"{{message}}"}""");
    }

    public static IReadOnlyList<EngineRequestError> All { get; } = [UnknownTransport, UnknownSession, BadMethod, BadRequest, Forbidden, UnsupportedVersion];

    /// <summary>For metrics.</summary>
    public string Name { get; }

    public int Code { get; }

    public string Message { get; }

    public int Status { get; }

    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = _body.Length;
        if (_body.Length == 0)
            return Task.CompletedTask;
        response.ContentType = "application/json";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(_body, 0, _body.Length);
    }
}
