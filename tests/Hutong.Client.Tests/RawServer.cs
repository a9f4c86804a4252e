using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Client;

/// <summary>A server whose every byte a test writes: it takes connections one after the other and plays a script on each.</summary>
internal sealed partial class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<RawSession, Task> _script;
    private readonly Task _ready;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<RawSession> _sessions = [];
    private readonly Task _run;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="script">What happens on a connection.</param>
    /// <param name="ready">When it may begin to; null for at once.</param>
    public RawServer(Func<RawSession, Task> script, Task? ready = null)
    {
        _script = script;
        _ready = ready ?? Task.CompletedTask;
        _listener.Start();
        _run = RunAsync();
    }

    public string Url => $"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>Ends with the first script, and fails as it does.</summary>
    public Task ScriptDone => _done.Task;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // The loop ends by its token: stopped under its feet, a listener throws something else at each place.
        await _run;
        _listener.Stop();
        foreach (var session in _sessions)
            session.Socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            socket.NoDelay = true;
            var session = new RawSession(socket);
            _sessions.Add(session);
            _ = PlayAsync(session);
        }
    }

    private async Task PlayAsync(RawSession session)
    {
        try
        {
            await _ready;
            await _script(session);
            _done.TrySetResult();
        }
        catch (Exception e)
        {
            _done.TrySetException(e);
        }
    }

    internal sealed partial class RawSession(Socket socket)
    {
        public Socket Socket => socket;

        public RawPeer Peer { get; } = new(new NetworkStream(socket, ownsSocket: true), RawPeerRole.Server);

        public string Request { get; private set; } = "";

        public string Accept => OpeningHandshake.ComputeAccept(Header("Sec-WebSocket-Key") ?? throw new InvalidOperationException("no key"));

        public string? Header(string name) =>
            Regex.Match(Request, $"^{name}: (?<value>.*?)\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } m
                ? m.Groups["value"].Value : null;

        public async Task ReadRequestAsync() => Request = await Peer.ReadHttpHeadAsync(Await.Token);

        /// <summary>Reads the request and switches protocols as a good server does.</summary>
        public async Task OpenAsync(string more = "")
        {
            await ReadRequestAsync();
            await Peer.SendHttpAsync($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Accept}\r\n{more}\r\n");
        }

        /// <summary>Closes so that the client sees a reset.</summary>
        public void Reset()
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }
    }
}
