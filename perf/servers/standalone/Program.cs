// Hutong without routing: a server of its own, as in the README.
//   dotnet run -c Release --project perf/servers/standalone -- ws://127.0.0.1:9001
using Hutong.Server;

await using var server = await WebSocketServer.StartAsync(args[0], ws =>
{
    ws.OnMessage = (connection, message) => connection.TrySend(message);
    return Task.CompletedTask;
});
await server.WaitForShutdownAsync();
