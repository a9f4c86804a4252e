using System.Collections.Concurrent;
using Hutong.Client.Internal;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Client;

/// <summary>Who hears what, where and when.</summary>
public class W3CWebSocketListenerTests
{
    [Fact]
    public async Task Listeners_AttachedLate_MissNothing()
    {
        var said = new TaskCompletionSource();
        await using var server = GreetingServer(said);
        var time = new ManualTimeProvider();
        var socket = Create(server, time);
        await said.Task.Soon();
        // All has happened on the wire; and for each listener some time goes by before the next one comes.
        var heard = new ConcurrentQueue<string>();
        var done = new TaskCompletionSource();
        time.Advance(TimeSpan.FromMilliseconds(99));
        socket.OnOpen += _ => heard.Enqueue("open");
        time.Advance(TimeSpan.FromMilliseconds(99));
        socket.OnMessage += e => heard.Enqueue(e.Text!);
        time.Advance(TimeSpan.FromMilliseconds(99));
        socket.OnError += _ => heard.Enqueue("error");
        socket.OnClose += _ =>
        {
            heard.Enqueue("close");
            done.TrySetResult();
        };

        await done.Task.Soon();

        string.Join(", ", heard).ShouldBe("open, one, two, close");
        await socket.DisposeAsync().Soon();
        time.ActiveTimers.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Listeners_AttachedAfterTheEnd_AreStillTold()
    {
        await using var server = GreetingServer();
        var time = new ManualTimeProvider();
        var socket = Create(server, time);
        await GoOnUntilAsync(time, () => socket.ReadyState == ReadyState.Closed);

        var heard = new ConcurrentQueue<string>();
        var done = new TaskCompletionSource();
        socket.OnOpen += _ => heard.Enqueue("open");
        socket.OnMessage += e => heard.Enqueue(e.Text!);
        socket.OnClose += e => done.TrySetResult();
        await done.Task.Soon();

        string.Join(' ', heard).ShouldBe("open one two");
    }

    [Fact]
    public async Task Messages_ThatNobodyWants_DoNotPileUp()
    {
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            for (int i = 0; i < 64; i++)
                await session.Peer.SendFrameAsync(2, new byte[16 * 1024]);
            await session.Peer.SendCloseAsync(1000);
            await session.Peer.ExpectCloseAsync(1000);
            await session.Peer.DisposeAsync();
        });
        var time = new ManualTimeProvider();
        await using var socket = Create(server, time);
        var done = new TaskCompletionSource();
        socket.OnClose += _ => done.TrySetResult();
        await GoOnUntilAsync(time, () => done.Task.IsCompleted);

        int kept = 0;
        var last = new TaskCompletionSource();
        socket.OnMessage += _ => kept++;
        socket.OnOpen += _ => last.TrySetResult();
        await last.Task.Soon();

        kept.ShouldBeInRange(0, 16);
    }

    [Fact]
    public async Task Listeners_SeveralAndSomeTakenAway_AreCalledInOrder()
    {
        var ready = new TaskCompletionSource();
        await using var server = GreetingServer(ready: ready.Task);
        var socket = Recorder.Create(server.Url, ClientTransport.Socket);
        var heard = new ConcurrentQueue<string>();
        void Gone(MessageEvent e) => heard.Enqueue("gone");
        socket.OnMessage += e => heard.Enqueue("first " + e.Text);
        socket.OnMessage += Gone;
        socket.OnMessage += e => heard.Enqueue("second " + e.Text);
        socket.OnMessage -= Gone;

        (await ListenAsync(socket, ready)).ShouldContain("message two", StringComparer.Ordinal);

        string.Join(", ", heard).ShouldBe("first one, second one, first two, second two");
    }

    [Fact]
    public async Task Listener_ThatThrows_StopsNoOther()
    {
        var ready = new TaskCompletionSource();
        await using var server = GreetingServer(ready: ready.Task);
        var socket = Recorder.Create(server.Url, ClientTransport.Socket);
        var thrown = new ConcurrentQueue<string>();
        socket.OnUnhandledException = (_, e) => thrown.Enqueue(e.Message);
        socket.OnOpen += _ => throw new InvalidOperationException("open");
        socket.OnMessage += e => throw new InvalidOperationException(e.Text);
        socket.OnClose += _ => throw new InvalidOperationException("close");

        (await ListenAsync(socket, ready)).ShouldBe(["open", "message one", "message two", "close 1000 '' clean"]);

        string.Join(", ", thrown).ShouldBe("open, one, two, close");
    }

    [Fact]
    public async Task Listener_ThatThrowsUnheard_StopsNothing()
    {
        var ready = new TaskCompletionSource();
        await using var server = GreetingServer(ready: ready.Task);
        var socket = Recorder.Create(server.Url, ClientTransport.Http);
        socket.OnMessage += _ => throw new InvalidOperationException();

        (await ListenAsync(socket, ready)).ShouldBe(["open", "message one", "message two", "close 1000 '' clean"]);
    }

    [Fact]
    public async Task Listeners_OnASynchronizationContext_RunThereOneAtATime()
    {
        await using var server = GreetingServer();
        using var context = new OneThread();
        var heard = new ConcurrentQueue<string>();
        var done = new TaskCompletionSource();
        context.Send(
            _ =>
            {
                var connection = new ConnectionOptions { TimeProvider = new ManualTimeProvider() };
                var socket = new W3CWebSocket(server.Url, [], new W3CWebSocketOptions { Connect = new() { Connection = connection } });
                socket.OnOpen += _ => heard.Enqueue("open " + context.IsHere);
                socket.OnMessage += e => heard.Enqueue(e.Text + " " + context.IsHere);
                socket.OnMessage += e => throw new InvalidOperationException(e.Text);
                socket.OnClose += _ => done.TrySetResult();
            },
            null);

        await done.Task.Soon();

        string.Join(", ", heard).ShouldBe("open True, one True, two True");
        context.Thrown.Select(e => e.Message).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task Close_InTheOpenListener_NoMessageComes()
    {
        var ready = new TaskCompletionSource();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.SendTextAsync("too late");
            await session.Peer.ExpectCloseAsync(1000);
            await session.Peer.SendTextAsync("later still");
            await session.Peer.SendCloseAsync(1000);
            await session.Peer.DisposeAsync();
        }, ready.Task);
        var socket = Recorder.Create(server.Url, ClientTransport.Socket);
        socket.OnOpen += e => e.Target.Close(1000);

        (await ListenAsync(socket, ready)).ShouldBe(["open", "close 1000 '' clean"]);
    }

    [Fact]
    public async Task Send_InAMessageListener_Goes()
    {
        var ready = new TaskCompletionSource();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.SendTextAsync("question");
            await session.Peer.ExpectTextAsync("answer to question");
            await session.Peer.SendCloseAsync(1000);
            await session.Peer.ExpectCloseAsync(1000);
            await session.Peer.DisposeAsync();
        }, ready.Task);
        var socket = Recorder.Create(server.Url, ClientTransport.Http);
        socket.OnMessage += e => e.Target.Send("answer to " + e.Text);

        (await ListenAsync(socket, ready)).ShouldBe(["open", "message question", "close 1000 '' clean"]);
        await server.ScriptDone.Soon();
    }

    private static RawServer GreetingServer(TaskCompletionSource? said = null, Task? ready = null) => new(async session =>
    {
        await session.OpenAsync();
        await session.Peer.SendTextAsync("one");
        await session.Peer.SendTextAsync("two");
        await session.Peer.SendCloseAsync(1000);
        said?.SetResult();
        await session.Peer.ExpectCloseAsync(1000);
        await session.Peer.DisposeAsync();
    }, ready);

    /// <summary>Writes the events down from the first, behind the listeners that there are: the server begins when all listen.</summary>
    private static Task<string[]> ListenAsync(W3CWebSocket socket, TaskCompletionSource ready)
    {
        var recorder = Recorder.Of(socket);
        ready.SetResult();
        return recorder.ToEndAsync();
    }

    private static W3CWebSocket Create(RawServer server, TimeProvider time)
    {
        var connection = new ConnectionOptions { TimeProvider = time, KeepAliveInterval = TimeSpan.Zero, CloseTimeout = TimeSpan.FromDays(1) };
        return Recorder.Create(server.Url, ClientTransport.Socket, new W3CWebSocketOptions { Connect = new() { Connection = connection } });
    }

    /// <summary>Lets time go by whenever somebody waits for a short while.</summary>
    private static async Task GoOnUntilAsync(ManualTimeProvider time, Func<bool> isDone)
    {
        while (!isDone())
        {
            if (time.NextDue <= EventDispatcher.Grace)
                time.Advance(EventDispatcher.Grace);
            await Task.Yield();
        }
    }

    /// <summary>An event loop: one thread that runs what is posted.</summary>
    private sealed class OneThread : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work = [];
        private readonly Thread _thread;

        public OneThread()
        {
            _thread = new Thread(Run) { IsBackground = true };
            _thread.Start();
        }

        public ConcurrentQueue<Exception> Thrown { get; } = new();

        public bool IsHere => Environment.CurrentManagedThreadId == _thread.ManagedThreadId;

        public override void Post(SendOrPostCallback d, object? state) => _work.Add((d, state));

        public override void Send(SendOrPostCallback d, object? state)
        {
            using var done = new ManualResetEventSlim();
            Post(
                s =>
                {
                    d(s);
                    done.Set();
                },
                state);
            done.Wait();
        }

        public void Dispose() => _work.CompleteAdding();

        private void Run()
        {
            SetSynchronizationContext(this);
            foreach (var (callback, state) in _work.GetConsumingEnumerable())
            {
                try
                {
                    callback(state);
                }
                catch (Exception e)
                {
                    Thrown.Enqueue(e);
                }
            }
        }
    }
}
