using System.Buffers;
using System.Text.Json;

namespace Hutong.Client.Internal;

/// <content>A WebSocket is tried beside what there is, and the session goes on over it.</content>
internal sealed partial class FallbackSocket
{
    private void RiseLater()
    {
        var after = _factory.Fallback.RetryUpwards;
        if (after > TimeSpan.Zero && _factory.Fallback.Transports.Contains(ClientTransportKind.WebSocket))
            _alarm.Set(after, Rise);
    }

    private void Rise()
    {
        if (_carrier is not HttpLinkSocket below)
            return;
        var user = new Riser(this, below);
        _rising = user.Socket = _factory.Open(ClientTransportKind.WebSocket, _request, user);
        _alarm.Set(_factory.Fallback.Patience, user.Stay);
    }

    /// <summary>Ends what was only tried.</summary>
    private void Settle()
    {
        _alarm.Clear();
        var rising = _rising;
        _rising = null;
        rising?.Abort();
    }

    /// <summary>Who watches the WebSocket, first beside the session, then in its place.</summary>
    private sealed class Riser(FallbackSocket owner, HttpLinkSocket below) : ILinkSocketUser
    {
        private readonly string _id = Outgoing.NewId();
        private bool _asked;
        private bool _risen;

        public ILinkSocket? Socket { get; set; }

        private bool IsRising => Socket is not null && owner._rising == Socket;

        public void Stay()
        {
            if (!IsRising)
                return;
            owner.Settle();
            if (_asked)
                below.Resume();
            owner.RiseLater();
        }

        public void Opened()
        {
            if (!IsRising)
                return;
            _asked = true;
            below.Pause(() =>
            {
                if (IsRising)
                    Socket!.Send(Resumption(), isText: true);
            });
        }

        public void Received(ClientMessage message)
        {
            if (_risen)
            {
                if (owner._carrier == Socket)
                    owner._user.Received(message);
            }
            else if (IsRising && message.Id == _id)
            {
                if (message.Type == "ack")
                    Take();
                else
                    Stay();
            }
        }

        public void Progressed()
        {
            if (_risen && owner._carrier == Socket)
                owner._user.Progressed();
        }

        public void Closed(ClientClose close, TimeSpan advice)
        {
            if (!_risen)
                Stay();
            else if (owner._carrier == Socket)
                owner.OnClosed(null!, close, advice);
        }

        private void Take()
        {
            _risen = true;
            owner._rising = null;
            owner._attempt = null;
            owner._alarm.Clear();
            var unsent = below.Take();
            owner._carrier = Socket;
            owner._factory.Remember(owner._request.Address, ClientTransportKind.WebSocket);
            foreach (var message in unsent)
                Socket!.Send(message, isText: true);
        }

        private ReadOnlyMemory<byte> Resumption()
        {
            var output = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(output))
            {
                json.WriteStartObject();
                json.WriteString("type", "resume");
                json.WriteString("id", _id);
                json.WriteString("token", below.Session);
                json.WriteNumber("ack", below.Sequence);
                json.WriteEndObject();
            }

            return output.WrittenMemory;
        }
    }
}
