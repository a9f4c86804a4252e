using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Hutong.Client.Internal;

/// <summary>A bare socket: the bytes of a WebSocket pass through nothing but TLS, if there is TLS.</summary>
internal sealed class SocketDialer : IDialer
{
    private readonly SocketsHttpHandler? _settings;

    public SocketDialer(WebSocketConnectOptions options)
    {
        if (options.ConfigureHandler is null)
            return;
        _settings = HttpDialer.CreateHandler(options.ConfigureHandler);
        if (_settings.Proxy is not null || _settings.ConnectCallback is not null)
            throw new ArgumentException("The bare socket knows no proxy and no ConnectCallback.", nameof(options));
    }

    public async Task<DialResponse> SendAsync(DialRequest request, CancellationToken cancellationToken)
    {
        Stream? stream = null;
        try
        {
            stream = await ConnectAsync(request.Address, cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync(WriteRequest(request), cancellationToken).ConfigureAwait(false);
            var transport = new StreamTransport(stream);
            var head = await ReadHeadAsync(transport.Input, cancellationToken).ConfigureAwait(false);
            return new DialResponse(head.StatusCode, head, transport, stream);
        }
        catch (Exception e)
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            if (e is WebSocketConnectException || (e is OperationCanceledException && cancellationToken.IsCancellationRequested))
                throw;
            throw new WebSocketConnectException(e is AuthenticationException ? ConnectError.Tls : ConnectError.Lost, e);
        }
    }

    public void Dispose() => _settings?.Dispose();

    private static byte[] WriteRequest(DialRequest request)
    {
        var text = new StringBuilder("GET ").Append(request.Address.PathAndQuery).Append(" HTTP/1.1\r\n");
        if (!request.Headers.Any(h => h.Key.Equals("Host", StringComparison.OrdinalIgnoreCase)))
            text.Append("Host: ").Append(WebSocketAddress.Authority(request.Address)).Append("\r\n");
        foreach (var (name, value) in request.Headers)
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }

    private static async Task<ResponseHead> ReadHeadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        long before = 0;
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            if (!ResponseHead.TrySplit(buffer, out var bytes, out var next))
            {
                if (before + buffer.Length > ResponseHead.MaxLength)
                    throw new WebSocketConnectException(ConnectError.ResponseTooLarge);
                if (read.IsCompleted)
                    throw new WebSocketConnectException(ConnectError.Lost);
                input.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            before += bytes.Length + 2;
            var head = before > ResponseHead.MaxLength ? throw new WebSocketConnectException(ConnectError.ResponseTooLarge)
                : ResponseHead.TryParse(bytes.ToArray()) ?? throw new WebSocketConnectException(ConnectError.InvalidResponse);
            // What follows stays in the pipe: the server may speak at once.
            input.AdvanceTo(next);
            // Interim responses say that the final one is to come (RFC 9110 §15.2); 101 is final here.
            if (head.StatusCode is >= 200 or 101)
                return head;
        }
    }

    private async Task<Stream> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(new DnsEndPoint(address.IdnHost, address.Port), cancellationToken).ConfigureAwait(false);
        if (!WebSocketAddress.IsSecure(address))
            return stream;
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(TlsOptions(address), cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (Exception e)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            if (e is IOException)
                throw new WebSocketConnectException(ConnectError.Tls, e);
            throw;
        }
    }

    private static async Task<Stream> OpenAsync(DnsEndPoint end, CancellationToken cancellationToken)
    {
        try
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(end, cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception)
            {
                socket.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new WebSocketConnectException(ConnectError.Unreachable, e);
        }
    }

    private SslClientAuthenticationOptions TlsOptions(Uri address)
    {
        var given = _settings?.SslOptions;
        return new SslClientAuthenticationOptions
        {
            TargetHost = given?.TargetHost ?? address.IdnHost,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            ClientCertificates = given?.ClientCertificates,
            ClientCertificateContext = given?.ClientCertificateContext,
            LocalCertificateSelectionCallback = given?.LocalCertificateSelectionCallback,
            RemoteCertificateValidationCallback = given?.RemoteCertificateValidationCallback,
            CertificateChainPolicy = given?.CertificateChainPolicy,
            CertificateRevocationCheckMode = given?.CertificateRevocationCheckMode ?? System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
            EnabledSslProtocols = given?.EnabledSslProtocols ?? SslProtocols.None,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        };
    }
}
