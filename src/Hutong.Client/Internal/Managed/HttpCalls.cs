namespace Hutong.Client.Internal;

/// <summary>The HTTP of one session: its addresses, its headers and its cookies.</summary>
internal sealed class HttpCalls : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly bool _owned;
    private readonly Uri _base;
    private readonly WebSocketConnectOptions _connect;
    private readonly string? _token;

    public HttpCalls(LinkRequest request, WebSocketConnectOptions connect)
    {
        _connect = connect;
        _token = request.Token;
        var address = new UriBuilder(request.Address);
        address.Scheme = address.Scheme == "wss" ? "https" : "http";
        address.Port = request.Address.IsDefaultPort ? -1 : request.Address.Port;
        if (!address.Path.EndsWith('/'))
            address.Path += "/";
        _base = address.Uri;
        _owned = connect.Invoker is null;
        _invoker = connect.Invoker ?? new HttpMessageInvoker(CreateHandler(connect));
    }

    /// <summary>The session's token; null before there is one.</summary>
    public string? Session { get; set; }

    /// <summary>Makes a request; the answer's body is read by the caller.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new UriBuilder(_base) { Path = _base.AbsolutePath + path }.Uri) { Content = content };
        foreach (var (name, value) in _connect.Headers)
        {
            if (_token is null || !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
                request.Headers.TryAddWithoutValidation(name, value);
        }

        if (_token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + _token);
        if (Session is not null)
            request.Headers.TryAddWithoutValidation("Hutong-Session", Session);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (_owned)
            _invoker.Dispose();
    }

    private static SocketsHttpHandler CreateHandler(WebSocketConnectOptions connect)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = connect.ConnectTimeout };
        connect.ConfigureHandler?.Invoke(handler);
        return handler;
    }
}
