using System.Threading.Channels;

namespace Hutong.Client.Managed;

/// <summary>The states of a client, one after the other, from the one it is in.</summary>
internal sealed class StateWatch
{
    private readonly Channel<ClientState> _states = Channel.CreateUnbounded<ClientState>();

    public StateWatch(WebSocketClient client)
    {
        client.StateChanged += e => _states.Writer.TryWrite(e.State);
        _states.Writer.TryWrite(client.State);
    }

    public async Task UntilAsync(string name)
    {
        var wanted = Enum.Parse<ClientState>(name);
        while (await _states.Reader.ReadAsync(Await.Token) != wanted)
        {
        }
    }
}
