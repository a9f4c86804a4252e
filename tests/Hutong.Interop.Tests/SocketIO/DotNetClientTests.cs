using Hutong.Transport;
using Microsoft.AspNetCore.Builder;
using SocketIOClient;
using SocketIOClient.Transport;

namespace Hutong.Interop.SocketIO;

/// <summary>The .NET client of Socket.IO that others wrote.</summary>
public class DotNetClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(TransportProtocol.Polling)]
    [InlineData(TransportProtocol.WebSocket)]
    public async Task Client_OfDotNet_DoesWhatItCan(TransportProtocol transport)
    {
        await using var app = await SocketIOPeer.StartAsync(TransportMode.Loops);
        using var client = await ConnectAsync(app, "", transport);
        using var other = await ConnectAsync(app, "", transport);

        (await AskAsync<string>(client, "typed", "text", 7, new { first = "a", second = new[] { 1, 2 } })).ShouldBe("text 7 a 3");
        (await AskAsync<byte[]>(client, "reverse", new byte[] { 1, 2, 3 })).ShouldBe(new byte[] { 3, 2, 1 });
        client.On("question", response => _ = response.CallbackAsync(response.GetValue<int>() + response.GetValue<int>(1)));
        (await AskAsync<int>(client, "ask me", 2, 3)).ShouldBe(5);

        var said = new TaskCompletionSource<int>();
        other.On("said", response => said.TrySetResult(response.GetValue<int>()));
        client.On("said", _ => said.TrySetException(new InvalidOperationException("It came back to the sender.")));
        await DoAsync(client, "join", "net");
        await DoAsync(other, "join", "net");
        await DoAsync(client, "say", "net", "to", 5);
        (await said.Task.WaitAsync(Patience)).ShouldBe(5);

        using var admin = await ConnectAsync(app, "/admin", transport);
        (await AskAsync<string>(admin, "where")).ShouldBe("/admin");
        var left = new TaskCompletionSource<string>();
        admin.OnDisconnected += (_, reason) => left.TrySetResult(reason);
        await admin.EmitAsync("bye");
        (await left.Task.WaitAsync(Patience)).ShouldBe("io server disconnect");
        await client.DisconnectAsync();
        await other.DisconnectAsync();
    }

    private static async Task<SocketIOClient.SocketIO> ConnectAsync(WebApplication app, string nsp, TransportProtocol transport)
    {
        var client = new SocketIOClient.SocketIO(app.Urls.Single() + nsp, new SocketIOOptions { Transport = transport, AutoUpgrade = false, Reconnection = false });
        var connected = new TaskCompletionSource();
        client.OnConnected += (_, _) => connected.TrySetResult();
        client.OnError += (_, error) => connected.TrySetException(new InvalidOperationException(error));
        await client.ConnectAsync().WaitAsync(Patience);
        await connected.Task.WaitAsync(Patience);
        return client;
    }

    private static async Task<T> AskAsync<T>(SocketIOClient.SocketIO client, string name, params object[] arguments)
    {
        var answer = new TaskCompletionSource<T>();
        await client.EmitAsync(name, response => answer.TrySetResult(response.GetValue<T>()), arguments);
        return await answer.Task.WaitAsync(Patience);
    }

    private static async Task DoAsync(SocketIOClient.SocketIO client, string name, params object[] arguments)
    {
        var answer = new TaskCompletionSource();
        await client.EmitAsync(name, _ => answer.TrySetResult(), arguments);
        await answer.Task.WaitAsync(Patience);
    }
}
