using System.Text;
using Hutong.Connections;
using Hutong.Server;
using Hutong.Server.Internal;
using Hutong.Server.Tests.Support;
using Hutong.SocketIO.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.SocketIO.Tests.Support;

/// <summary>A connection in memory, and the client at its other end: what the server sends is noted as text, attachments as <c>b:</c> and hexadecimal.</summary>
internal sealed class FakeLink : IEngineLink
{
    private readonly Lock _gate = new();
    private readonly Queue<EngineMessage> _waiting = new();
    private Action? _drained;
    private long _bytes;
    private int _read;

    public FakeLink(SocketIOServer server, string query = "", Action<HttpContext>? request = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString("localhost");
        context.Request.Path = "/socket.io/";
        context.Request.QueryString = new QueryString(query);
        request?.Invoke(context);
        Request = new WebSocketRequest(context, new TextCache(), new ServiceCollection().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>());
        Client = server.Open(this);
    }

    public SocketClient Client { get; }

    public Recorder<string> Sent { get; } = new();

    /// <summary>What the server closed it with; null if it did not.</summary>
    public string? Closed { get; private set; }

    /// <summary>How many bytes may wait; one message goes in always.</summary>
    public long Limit { get; set; } = 1 << 20;

    /// <summary>Whether the client reads what comes at once.</summary>
    public bool Reads { get; set; } = true;

    public EngineSocket? Socket => null;

    public WebSocketRequest Request { get; }

    public bool IsOpen => Closed is null;

    public bool IsWritable => IsOpen && BufferedAmount == 0;

    public long BufferedAmount
    {
        get
        {
            lock (_gate)
                return _bytes;
        }
    }

    public WebSocketConnection? Direct => null;

    public bool TrySend(EngineMessage message) => TrySend([message]);

    public bool TrySend(ReadOnlySpan<EngineMessage> messages)
    {
        lock (_gate)
        {
            if (!IsOpen)
                return false;
            long size = 0;
            foreach (var message in messages)
                size += message.Prepared.Data.Length;
            if (_bytes > 0 && _bytes + size > Limit)
                return false;
            foreach (var message in messages)
            {
                if (Reads)
                    Note(message);
                else
                    _waiting.Enqueue(message);
            }

            if (!Reads)
                _bytes += size;
            return true;
        }
    }

    public bool TrySendText(ReadOnlySpan<byte> packet) => TrySend(EngineMessage.Text(packet[1..].ToArray()));

    public void NotifyDrained(long bytes, Action callback)
    {
        bool now;
        lock (_gate)
        {
            now = _bytes <= bytes;
            _drained = now ? null : callback;
        }

        if (now)
            callback();
    }

    public void Close() => Close(EngineCloseReason.ForcedClose, null);

    public void Close(EngineCloseReason reason, string? description)
    {
        lock (_gate)
        {
            if (Closed is not null)
                return;
            Closed = reason.Text;
        }

        ThreadPool.QueueUserWorkItem(_ => Client.Close(reason.Text, description));
    }

    /// <summary>The connection is lost, and with it what waits.</summary>
    public void Cut(string reason = "transport close")
    {
        lock (_gate)
        {
            Closed ??= reason;
            _waiting.Clear();
        }

        Client.Close(reason, null);
    }

    /// <summary>The client reads what waits.</summary>
    public void Read()
    {
        Action? drained;
        lock (_gate)
        {
            Reads = true;
            while (_waiting.TryDequeue(out var message))
                Note(message);
            _bytes = 0;
            (drained, _drained) = (_drained, null);
        }

        drained?.Invoke();
    }

    /// <summary>The client sends.</summary>
    public async Task SendAsync(string text, params byte[][] attachments)
    {
        await Client.ReceiveAsync(Encoding.UTF8.GetBytes(text), isBinary: false);
        foreach (byte[] attachment in attachments)
            await Client.ReceiveAsync(attachment, isBinary: true);
    }

    /// <summary>The client connects to a namespace.</summary>
    /// <returns>The answer.</returns>
    public async Task<string> ConnectAsync(string nsp = "/", string auth = "")
    {
        string name = nsp == "/" ? "" : nsp + ",";
        int before = Sent.Items.Count;
        await SendAsync($"0{name}{auth}");
        bool IsAnswer(string s) => s.StartsWith($"0{name}{{", StringComparison.Ordinal) || s.StartsWith($"4{name}{{", StringComparison.Ordinal);
        await Sent.WaitAsync(sent => sent.Skip(before).Any(IsAnswer), "an answer to CONNECT");
        string answer = Sent.Items.Skip(before).First(IsAnswer);
        _read = Sent.Items.ToList().IndexOf(answer) + 1;
        return answer;
    }

    /// <summary>What comes next, in order.</summary>
    public async Task<string> NextAsync()
    {
        await Sent.WaitAsync(sent => sent.Count > _read, $"message {_read}");
        return Sent.Items[_read++];
    }

    /// <summary>What has come since the last call.</summary>
    public IReadOnlyList<string> Rest()
    {
        var rest = Sent.Items.Skip(_read).ToList();
        _read += rest.Count;
        return rest;
    }

    private void Note(EngineMessage message) =>
        Sent.Add(message.IsBinary ? "b:" + Convert.ToHexString(message.Prepared.Data.Span) : Encoding.UTF8.GetString(message.Prepared.Data.Span[1..]));
}
