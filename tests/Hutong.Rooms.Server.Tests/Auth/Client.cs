using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json;
using Hutong.Rooms.Server.Http;
using Hutong.Server.Tests.Support;

namespace Hutong.Rooms.Server.Auth;

/// <summary>A client over either kind of wire.</summary>
internal sealed class Client : IAsyncDisposable
{
    private readonly RoomsApp _app;
    private WirePeer? _peer;
    private SseReading? _sse;

    private Client(RoomsApp app) => _app = app;

    public static async Task<Client> OpenAsync(RoomsApp app, string wire)
    {
        var client = new Client(app);
        if (wire == "websocket")
        {
            client._peer = await app.App.OpenAsync("/rt");
            // The session is there when it answers.
            await client.SendAsync("""{"type":"ping"}""");
            await client.ReadAsync("pong");
            return client;
        }

        client._sse = await SseReading.OpenAsync(app, "");
        await client._sse.WelcomeAsync(joins: 0);
        return client;
    }

    public async Task SendAsync(string message, HttpStatusCode status = HttpStatusCode.Accepted)
    {
        if (_peer is not null)
            await _peer.SendTextAsync(message);
        else
            (await _app.SendAsync(_sse!.Token, message)).ShouldBe(status);
    }

    public async Task<JsonElement> ReadAsync(string type)
    {
        if (_sse is not null)
            return await _sse.ReadAsync(type);
        var frame = await _peer!.ReadFrameAsync();
        frame.Opcode.ShouldBe((byte)1, Encoding.UTF8.GetString(frame.Payload.Span));
        var message = JsonDocument.Parse(frame.Payload).RootElement;
        message.Type().ShouldBe(type, message.ToString());
        return message;
    }

    public async Task<int> ReadCloseAsync()
    {
        if (_sse is not null)
            return (await _sse.ReadAsync("close")).Payload().GetProperty("code").GetInt32();
        var frame = await _peer!.ReadFrameAsync();
        frame.Opcode.ShouldBe((byte)8, Encoding.UTF8.GetString(frame.Payload.Span));
        return BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.Span);
    }

    public async ValueTask DisposeAsync()
    {
        if (_peer is not null)
            await _peer.DisposeAsync();
        if (_sse is not null)
            await _sse.DisposeAsync();
    }
}
