using System.Net;
using System.Security.Authentication;

namespace Hutong.Client.Internal;

/// <summary>The platform's HTTP stack: proxies, TLS, HTTP/2.</summary>
internal sealed class HttpDialer : IDialer
{
    private const int HeadKilobytes = 16;

    // Without settings of the caller's all share one, and with it the connections of HTTP/2.
    private static readonly HttpMessageInvoker Shared = new(CreateHandler(null));

    private readonly HttpMessageInvoker _invoker;
    private readonly bool _dispose;

    public HttpDialer(WebSocketConnectOptions options)
    {
        _dispose = options.Invoker is null && options.ConfigureHandler is not null;
        _invoker = options.Invoker ?? (_dispose ? new HttpMessageInvoker(CreateHandler(options.ConfigureHandler)) : Shared);
    }

    public static SocketsHttpHandler CreateHandler(Action<SocketsHttpHandler>? configure)
    {
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = HeadKilobytes,
            // A refusal's body is nobody's concern.
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        };
        configure?.Invoke(handler);
        // Each hop of a redirect is a handshake of its own, with its own key.
        handler.AllowAutoRedirect = false;
        return handler;
    }

    public async Task<DialResponse> SendAsync(DialRequest request, CancellationToken cancellationToken)
    {
        using var message = ToMessage(request);
        HttpResponseMessage response;
        try
        {
            response = await _invoker.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new WebSocketConnectException(Classify(e), e);
        }

        try
        {
            var headers = new HttpResponseView(response.Headers);
            int status = (int)response.StatusCode;
            if (!(request.IsHttp2 ? response.IsSuccessStatusCode : status == 101))
                return new DialResponse(status, headers, transport: null, response);
            var stream = await response.Content.ReadAsStreamAsync(CancellationToken.None).ConfigureAwait(false);
            if (!stream.CanWrite)
                throw new WebSocketConnectException(ConnectError.InvalidResponse);
            return new DialResponse(status, headers, new StreamTransport(stream), stream);
        }
        catch (Exception)
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Does not touch the streams that came of it.</summary>
    public void Dispose()
    {
        if (_dispose)
            _invoker.Dispose();
    }

    private static HttpRequestMessage ToMessage(DialRequest request)
    {
        var message = new HttpRequestMessage(request.IsHttp2 ? HttpMethod.Connect : HttpMethod.Get, request.Address)
        {
            Version = request.IsHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (request.IsHttp2)
            message.Headers.Protocol = "websocket";
        foreach (var (name, value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    private static ConnectError Classify(Exception e) => e switch
    {
        HttpRequestException http => http.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError => ConnectError.Unreachable,
            HttpRequestError.SecureConnectionError => ConnectError.Tls,
            HttpRequestError.ProxyTunnelError => ConnectError.Proxy,
            HttpRequestError.ConfigurationLimitExceeded => ConnectError.ResponseTooLarge,
            HttpRequestError.ExtendedConnectNotSupported or HttpRequestError.VersionNegotiationError => ConnectError.Http2Unavailable,
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => ConnectError.InvalidResponse,
            HttpRequestError.ResponseEnded => ConnectError.Lost,
            _ => http.InnerException is AuthenticationException ? ConnectError.Tls : ConnectError.Lost,
        },
        // A time limit of the handler's own.
        OperationCanceledException => ConnectError.Timeout,
        _ => ConnectError.Lost,
    };
}
