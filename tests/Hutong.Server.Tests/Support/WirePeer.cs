using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hutong.Testing;

namespace Hutong.Server.Tests.Support;

/// <summary>A scripted client on a socket, whose every wait is bounded.</summary>
internal sealed class WirePeer : IAsyncDisposable
{
    readonly Socket _socket;
    readonly Stream _stream;
    readonly RawPeer _raw;
    readonly CancellationTokenSource _patience = new(Patience.Span);

    WirePeer(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
        _raw = new RawPeer(new Duplex(PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024)), PipeWriter.Create(stream)), RawPeerRole.Client);
    }

    public CancellationToken Token => _patience.Token;

    public Stream Stream => _stream;

    public Socket Socket => _socket;

    public static async Task<WirePeer> ConnectAsync(int port, bool tls = false, int? receiveBuffer = null, IPAddress? address = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(address ?? IPAddress.Loopback, port, Patience.Token());
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = IsOurs },
                Patience.Token());
            stream = secure;
        }

        return new WirePeer(socket, stream);
    }

    /// <summary>Connects and opens a WebSocket.</summary>
    public static async Task<WirePeer> OpenAsync(int port, string path = "/ws", bool tls = false, int? receiveBuffer = null, params string[] changes)
    {
        var peer = await ConnectAsync(port, tls, receiveBuffer);
        await peer.OpenAsync(Head.Of(path, changes));
        return peer;
    }

    public async Task<HttpAnswer> OpenAsync(string head)
    {
        await SendAsync(Head.Bytes(head));
        var answer = await ReadAnswerAsync();
        answer.Status.ShouldBe(101, answer.Body);
        return answer;
    }

    /// <summary>Sends a request and reads the answer.</summary>
    public async Task<HttpAnswer> AskAsync(string head)
    {
        await SendAsync(Head.Bytes(head));
        return await ReadAnswerAsync();
    }

    public async Task<HttpAnswer> ReadAnswerAsync()
    {
        var (status, headers) = HttpAnswer.ParseHead(await _raw.ReadHttpHeadAsync(Token));
        int length = int.Parse(headers["Content-Length"].FirstOrDefault() ?? "0");
        string body = length == 0 ? "" : Encoding.UTF8.GetString(await _raw.ReadBytesAsync(length, Token));
        return new HttpAnswer(status, headers, body);
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _raw.SendAsync(bytes, Token);

    /// <summary>Sends as far as the server still takes it: one that has failed the connection may have closed it.</summary>
    public async Task SendIfTakenAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendAsync(bytes);
        }
        catch (IOException)
        {
        }
    }

    public Task SendFrameAsync(byte opcode, ReadOnlyMemory<byte> payload = default, bool fin = true, byte rsv = 0, bool? masked = null) =>
        _raw.SendFrameAsync(opcode, payload, fin, rsv, masked, cancellationToken: Token);

    public Task SendTextAsync(string text) => _raw.SendTextAsync(text, Token);

    public Task SendCloseAsync(ushort? code = 1000, string reason = "") => _raw.SendCloseAsync(code, reason, Token);

    public Task<RawFrame> ReadFrameAsync() => _raw.ReadFrameAsync(Token);

    public Task<RawFrame> ExpectFrameAsync(byte opcode, ReadOnlyMemory<byte> payload) => _raw.ExpectFrameAsync(opcode, payload, cancellationToken: Token);

    public Task<RawFrame> ExpectTextAsync(string text) => _raw.ExpectTextAsync(text, Token);

    public Task<RawFrame> ExpectCloseAsync(ushort? code, string? reason = null) => _raw.ExpectCloseAsync(code, reason, Token);

    public Task ExpectEndAsync() => _raw.ExpectEndAsync(Token);

    /// <summary>Expects the end of the connection, in whatever way.</summary>
    public async Task ExpectGoneAsync()
    {
        try
        {
            await _raw.ExpectEndAsync(Token);
        }
        catch (PeerExpectationException e) when (e.InnerException is IOException)
        {
        }
    }

    public async Task EchoAsync(string text)
    {
        await SendTextAsync(text);
        await ExpectTextAsync(text);
    }

    /// <summary>Closes with 1000, and expects the same back and the end.</summary>
    public async Task CloseAsync()
    {
        await SendCloseAsync();
        await ExpectCloseAsync(1000);
        await ExpectEndAsync();
    }

    /// <summary>Answers a close frame that has been read, and expects the end.</summary>
    public async Task AnswerCloseAsync(ushort? code)
    {
        await SendCloseAsync(code);
        await ExpectEndAsync();
    }

    /// <summary>Cuts the connection with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, 0);
        _socket.Close();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _raw.DisposeAsync();
        }
        catch (IOException)
        {
            // A TLS stream says goodbye, and there may be nobody to hear it.
        }

        _socket.Dispose();
        _patience.Dispose();
    }

    static bool IsOurs(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.GetCertHashString() == Certificates.SelfSigned.GetCertHashString();

    sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
