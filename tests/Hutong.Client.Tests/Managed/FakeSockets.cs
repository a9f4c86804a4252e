using System.Text;
using Hutong.Client.Internal;
using Hutong.Protocol;

namespace Hutong.Client.Managed;

/// <summary>Connections whose other end is the test; the newest is the one that is spoken to.</summary>
internal sealed class FakeSockets : ILinkSocketFactory
{
    public List<FakeSocket> All { get; } = [];

    public FakeSocket Newest => All[^1];

    /// <summary>What is to be told after the call that caused it.</summary>
    public Queue<Action> Later { get; } = new();

    public ILinkSocket Open(LinkRequest request, ILinkSocketUser user)
    {
        var socket = new FakeSocket(this, request, user);
        All.Add(socket);
        return socket;
    }

    public Task CompleteAsync() => Task.CompletedTask;

    public void Settle()
    {
        while (Later.TryDequeue(out var action))
            action();
    }
}

internal sealed class FakeSocket(FakeSockets owner, LinkRequest request, ILinkSocketUser user) : ILinkSocket
{
    public LinkRequest Request => request;

    public ReadyState ReadyState { get; private set; }

    public string Protocol => "";

    public long BufferedAmount { get; set; }

    public long BytesReceived { get; set; }

    public ClientTransportKind Transport => ClientTransportKind.WebSocket;

    /// <summary>What reached the other end and was not looked at yet.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>All of it.</summary>
    public List<string> Log { get; } = [];

    public bool IsSilent { get; set; }

    public int? ClosedWith { get; private set; }

    public List<Action> Pings { get; } = [];

    public bool Send(ReadOnlyMemory<byte> data, bool isText)
    {
        if (ReadyState != ReadyState.Open)
            return false;
        if (IsSilent)
            return true;
        string text = isText ? Encoding.UTF8.GetString(data.Span) : Convert.ToHexString(data.Span);
        Heard.Add(text);
        Log.Add(text);
        return true;
    }

    public bool Ping(Action answered)
    {
        Pings.Add(answered);
        return true;
    }

    public void Close(int code, string reason)
    {
        if (ReadyState >= ReadyState.Closing)
            return;
        bool wasOpen = ReadyState == ReadyState.Open;
        ReadyState = ReadyState.Closing;
        ClosedWith = code;
        if (!IsSilent)
            owner.Later.Enqueue(() => End(wasOpen ? code : 1006, wasOpen ? reason : "", wasOpen));
    }

    public void Abort() => ReadyState = ReadyState.Closed;

    public void Accept()
    {
        ReadyState = ReadyState.Open;
        user.Opened();
    }

    public void Says(string text)
    {
        if (!IsSilent)
            user.Received(ClientMessage.Parse(Encoding.UTF8.GetBytes(text), isText: true));
    }

    public void Unclog()
    {
        BufferedAmount = 0;
        user.Progressed();
    }

    public void End(int code, string reason = "", bool? wasClean = null, TimeSpan advice = default)
    {
        if (ReadyState == ReadyState.Closed)
            return;
        ReadyState = ReadyState.Closed;
        user.Closed(new ClientClose(code, reason, wasClean ?? code != 1006), advice);
    }
}
