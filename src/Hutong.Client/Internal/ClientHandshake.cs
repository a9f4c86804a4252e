using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>Opens WebSockets: one handshake after the other while redirects are followed, within one time limit.</summary>
internal sealed class ClientHandshake(WebSocketConnectOptions options)
{
    private const int MaxRedirects = 10;

    private readonly HandshakeOffer _offer = new() { Subprotocols = options.Subprotocols, Extensions = options.Extensions };

    /// <summary>Opens a WebSocket.</summary>
    /// <exception cref="WebSocketConnectException">It could not be opened.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<OpenedTransport> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Connection.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using IDialer dialer = options.Transport == ClientTransport.Socket ? new SocketDialer(options) : new HttpDialer(options);
        try
        {
            return await FollowAsync(dialer, address, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WebSocketConnectException(ConnectError.Timeout, e);
        }
        catch (OperationCanceledException e) when (e.CancellationToken != cancellationToken)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    private async Task<OpenedTransport> FollowAsync(IDialer dialer, Uri address, CancellationToken cancellationToken)
    {
        var headers = WithCredentials(address);
        for (int hop = 0; ; hop++)
        {
            var (response, judge) = await DialAsync(dialer, address, headers, cancellationToken).ConfigureAwait(false);
            if (options.FollowRedirects && response.StatusCode is 301 or 302 or 303 or 307 or 308)
            {
                var next = hop < MaxRedirects ? Redirect(address, response.Headers["Location"]) : null;
                response.Dispose();
                if (next is null)
                    throw new WebSocketConnectException(ConnectError.RedirectRefused);
                if (WebSocketAddress.Origin(next) != WebSocketAddress.Origin(address))
                    headers = headers.Where(h => !HeaderRules.IsSecret(h.Key)).ToList();
                address = next;
                continue;
            }

            try
            {
                return Accept(response, judge(response));
            }
            catch (Exception)
            {
                response.Dispose();
                throw;
            }
        }
    }

    private async Task<(DialResponse Response, Func<DialResponse, HandshakeResult> Judge)> DialAsync(
        IDialer dialer, Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        if (options.HttpVersion != ClientHttpVersion.Http11)
        {
            try
            {
                var request = new DialRequest(address, IsHttp2: true, [.. OpeningHandshake.CreateConnectHeaders(_offer), .. headers]);
                var response = await dialer.SendAsync(request, cancellationToken).ConfigureAwait(false);
                return (response, r => OpeningHandshake.CheckConnectResponse(r.StatusCode, r.Headers, _offer));
            }
            catch (WebSocketConnectException e) when (CanFallBack(e))
            {
                // The same by HTTP/1.1.
            }
        }

        string key = OpeningHandshake.CreateKey();
        var upgrade = new DialRequest(address, IsHttp2: false, [.. OpeningHandshake.CreateRequestHeaders(key, _offer), .. headers]);
        var answer = await dialer.SendAsync(upgrade, cancellationToken).ConfigureAwait(false);
        return (answer, r => OpeningHandshake.CheckResponse(r.StatusCode, r.Headers, key, _offer));
    }

    private bool CanFallBack(WebSocketConnectException e) =>
        options.HttpVersion == ClientHttpVersion.Http2OrHttp11
        // A server that knows no HTTP/2 may say so, or hang up on what it does not understand.
        && (e.Code == ConnectError.Http2Unavailable.Code || e.Code == ConnectError.InvalidResponse.Code || e.Code == ConnectError.Lost.Code);

    private OpenedTransport Accept(DialResponse response, HandshakeResult agreement)
    {
        if (agreement.Error is { } error)
            throw new WebSocketConnectException(error, (HttpStatusCode)response.StatusCode) { RetryAfter = RetryAfter(response.Headers["Retry-After"]) };
        if (options.RequireSubprotocol && options.Subprotocols.Count > 0 && agreement.Subprotocol is null)
        {
            agreement.Transform?.Dispose();
            throw new WebSocketConnectException(ConnectError.SubprotocolMissing);
        }

        return new OpenedTransport(new PipeDriver(response.Transport!, response.Dispose), agreement);
    }

    /// <summary>Seconds, or a date (RFC 9110 §10.2.3).</summary>
    private TimeSpan? RetryAfter(string? text)
    {
        if (!RetryConditionHeaderValue.TryParse(text, out var value))
            return null;
        return value.Delta ?? (value.Date is { } date && date - options.Connection.TimeProvider.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : null);
    }

    /// <summary>Name and password in the address are sent as the platform's browsers send them.</summary>
    private List<KeyValuePair<string, string>> WithCredentials(Uri address)
    {
        var headers = options.Headers.ToList();
        if (address.UserInfo.Length > 0 && !headers.Exists(h => h.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)))
        {
            string credentials = Uri.UnescapeDataString(address.UserInfo);
            headers.Add(new("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))));
        }

        return headers;
    }

    private static Uri? Redirect(Uri from, string? location)
    {
        if (location is null || !Uri.TryCreate(from, location, out var target))
            return null;
        // A fragment of the location is for a page.
        var plain = new UriBuilder(target) { Fragment = "" }.Uri;
        return WebSocketAddress.TryNormalize(plain, out var next) is null && (WebSocketAddress.IsSecure(next) || !WebSocketAddress.IsSecure(from)) ? next : null;
    }
}
