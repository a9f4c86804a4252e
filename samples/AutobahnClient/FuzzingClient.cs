using Hutong.Client;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Samples;

/// <summary>Runs the cases of a fuzzing server: each is a connection on which every message is echoed until the server closes.</summary>
public sealed class FuzzingClient(FuzzingOptions options, TextWriter output)
{
    private const int Largest = 64 * 1024 * 1024;

    private readonly WebSocketConnectOptions _connect = new()
    {
        Transport = options.Transport,
        // Offered in every case: a server that does not want it says nothing.
        Extensions = [new PerMessageDeflate(new PerMessageDeflateOptions { ServerNoContextTakeover = false, ClientNoContextTakeover = false })],
        Connection = new ConnectionOptions { MaxMessageSize = Largest, SendQueueLimit = Largest, KeepAliveInterval = TimeSpan.Zero },
    };

    /// <summary>Runs the cases and has the server write its report.</summary>
    /// <returns>The exit code: 0 if every case came to its end in time. What the server thought of it stands in its report.</returns>
    public async Task<int> RunAsync()
    {
        int count = 0;
        await TalkAsync("/getCaseCount", (_, message) => count = int.Parse(message.Text));
        int unfinished = 0;
        for (int number = 1; number <= count; number++)
        {
            if (!options.Includes(number))
                continue;
            string? problem = await RunCaseAsync(number);
            unfinished += problem is null ? 0 : 1;
            await output.WriteLineAsync($"case {number}/{count}{(problem is null ? "" : ": " + problem)}");
        }

        await TalkAsync($"/updateReports?agent={Uri.EscapeDataString(options.Agent)}", (_, _) => { });
        await output.WriteLineAsync(unfinished == 0 ? "done" : $"done, {unfinished} cases did not finish");
        return unfinished == 0 ? 0 : 1;
    }

    private async Task<string?> RunCaseAsync(int number)
    {
        try
        {
            await TalkAsync($"/runCase?case={number}&agent={Uri.EscapeDataString(options.Agent)}", handler: null);
            return null;
        }
        catch (Exception e) when (e is WebSocketConnectException or TimeoutException)
        {
            return e.Message;
        }
    }

    /// <summary>Opens a connection and hands every message to the handler; echoes if there is none.</summary>
    private async Task TalkAsync(string pathAndQuery, MessageHandler? handler)
    {
        using var limit = new CancellationTokenSource(options.CaseLimit);
        var connection = await WebSocketClientConnector.ConnectAsync(new Uri(options.Server, pathAndQuery), _connect, limit.Token);
        try
        {
            await foreach (var message in connection.ReadAllAsync(limit.Token))
            {
                if (handler is null)
                    await connection.SendAsync(message, limit.Token);
                else
                    handler(connection, message);
            }

            await connection.Closed.WaitAsync(limit.Token);
        }
        catch (ConnectionClosedException)
        {
            // The server has seen enough before it had all answers; many cases end so.
            await connection.Closed.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"not finished after {options.CaseLimit.TotalSeconds} s", e);
        }
        finally
        {
            connection.Abort();
        }
    }
}
