using System.Globalization;
using Hutong.Connections;
using Hutong.Server;
using Hutong.Server.Tests.Support;
using Hutong.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Hutong.Transport.Sockets;

/// <summary>An endpoint whose callbacks take too long is moved off the loop, and nothing is lost in the move.</summary>
public class CallbackWatchTests
{
    private const int Overruns = 4;
    private const string Category = "Hutong.Transport";

    private readonly ManualTimeProvider _time = new();
    private readonly Recorder<bool> _onLoop = new();

    [Fact]
    public async Task Overruns_TooMany_MoveTheEndpointOnceAndKeepTheOrder()
    {
        await using var app = await StartAsync(TimeSpan.FromMilliseconds(30));
        await using var peer = await app.OpenAsync("/slow");
        // Each in a turn of its own.
        for (int i = 0; i < Overruns; i++)
            await peer.EchoAsync($"{i}");
        // The answer is sent before the time it took is known.
        await app.Logs.Lines.WaitForAsync(IsMove, "the move");
        _onLoop.Items.ShouldAllBe(l => l);
        await peer.EchoAsync("moved");
        _onLoop.Items[^1].ShouldBeFalse();
        await using var second = await app.OpenAsync("/slow");
        await second.EchoAsync("moved too");
        _onLoop.Items[^1].ShouldBeFalse();
        await using var fine = await app.OpenAsync("/fine");
        await fine.EchoAsync("on the loop");
        _onLoop.Items[^1].ShouldBeTrue();
        app.Logs.Of(LogLevel.Warning, Category).Count(IsMove).ShouldBe(1);
        await peer.CloseAsync();
        await peer.DisposeAsync();
        second.Reset();
        await fine.CloseAsync();
        await fine.DisposeAsync();
        await Loops.UntilNoneAsync(app);
        app.Logs.ShouldHaveNoFaults();
    }

    [Fact]
    public async Task Overruns_AmidAStreamOfMessages_LoseNothing()
    {
        await using var app = await StartAsync(TimeSpan.FromMilliseconds(30));
        var peers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.OpenAsync("/slow")));
        await Task.WhenAll(peers.Select(async peer =>
        {
            const int Messages = 500;
            var sending = Task.Run(async () =>
            {
                for (int i = 0; i < Messages; i++)
                    await peer.SendTextAsync(i.ToString(CultureInfo.InvariantCulture));
            });
            for (int i = 0; i < Messages; i++)
                await peer.ExpectTextAsync(i.ToString(CultureInfo.InvariantCulture));
            await sending;
            await peer.CloseAsync();
            await peer.DisposeAsync();
        }));
        app.Logs.Of(LogLevel.Warning, Category).Count(IsMove).ShouldBe(1);
        await Loops.UntilNoneAsync(app);
    }

    [Fact]
    public async Task Abort_OnThePool_EndsTheConnection()
    {
        await using var app = await StartAsync(TimeSpan.FromMilliseconds(30));
        await using var peer = await app.OpenAsync("/slow");
        for (int i = 0; i < Overruns; i++)
            await peer.EchoAsync($"{i}");
        await app.Logs.Lines.WaitForAsync(IsMove, "the move");
        await peer.SendTextAsync("abort");
        await peer.ExpectGoneAsync();
        await using var other = await app.OpenAsync("/slow");
        await other.EchoAsync("hello");
        await other.SendTextAsync("close");
        await other.ExpectCloseAsync(1000);
        await other.AnswerCloseAsync(1000);
        await other.DisposeAsync();
        _onLoop.Items[^1].ShouldBeFalse();
        await Loops.UntilNoneAsync(app);
        app.Logs.ShouldHaveNoFaults();
    }

    [Fact]
    public async Task Shutdown_DuringACallbackOnThePool_EndsTheConnectionAfterIt()
    {
        var entered = new TaskCompletionSource<WebSocketConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var mayLeave = new ManualResetEventSlim();
        bool endedMeanwhile = false;
        var app = await StartAsync(TimeSpan.FromMilliseconds(30), inCallback: (c, m) =>
        {
            if (m.Text != "stay")
                return;
            c.OnClose = (_, _) => endedMeanwhile |= !mayLeave.IsSet;
            entered.SetResult(c);
            mayLeave.Wait(Patience.Token());
        });
        await using var peer = await app.OpenAsync("/slow");
        for (int i = 0; i < Overruns; i++)
            await peer.EchoAsync($"{i}");
        await app.Logs.Lines.WaitForAsync(IsMove, "the move");
        await peer.SendTextAsync("stay");
        var connection = await entered.Task.Soon();
        // Cuts what is left at once, and ends the loops.
        await app.Host.StopAsync(new CancellationToken(canceled: true)).Soon();
        await app.Host.DisposeAsync();
        mayLeave.Set();
        await connection.Closed.Soon();
        endedMeanwhile.ShouldBeFalse();
        app.Logs.ShouldHaveNoFaults();
    }

    [Fact]
    public async Task Overruns_Few_MoveNothing()
    {
        await using var app = await StartAsync(TimeSpan.FromMilliseconds(30));
        await using var peer = await app.OpenAsync("/slow");
        for (int i = 0; i < Overruns - 1; i++)
            await peer.EchoAsync($"{i}");
        await using var fine = await app.OpenAsync("/fine");
        for (int i = 0; i < 100; i++)
            await fine.EchoAsync($"{i}");
        _onLoop.Items.ShouldAllBe(l => l);
        app.Logs.Of(LogLevel.Warning, Category).ShouldBeEmpty();
    }

    private static bool IsMove(LogLine line) => line.Message.Contains("/slow", StringComparison.Ordinal) && line.Message.Contains("thread pool", StringComparison.Ordinal);

    private Task<TestApp> StartAsync(TimeSpan took, Action<WebSocketConnection, Message>? inCallback = null)
    {
        var options = new WebSocketEndpointOptions { Connection = new ConnectionOptions { TimeProvider = _time, KeepAliveInterval = TimeSpan.Zero } };
        return Loops.StartAsync(
            a =>
            {
                a.MapWebSocket("/slow", c => c.OnMessageDo(m =>
                {
                    inCallback?.Invoke(c, m);
                    Answer(c, m, took);
                }), options);
                a.MapWebSocket("/fine", c => c.OnMessageDo(m => Answer(c, m, TimeSpan.Zero)), options);
            },
            transport => (transport.Loops, transport.CallbackOverruns) = (1, Overruns));
    }

    private void Answer(WebSocketConnection connection, Message message, TimeSpan took)
    {
        _time.Advance(took);
        _onLoop.Add(Loops.IsCurrentThread);
        if (message.Text == "abort")
            connection.Abort();
        else if (message.Text == "close")
            _ = connection.CloseAsync();
        else
            connection.TrySend(message);
    }
}
