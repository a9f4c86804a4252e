using Hutong.Client;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Interop.Matrix;

/// <summary>Our client in the matrix.</summary>
internal static class OwnClient
{
    /// <summary>Holds one conversation; returns the server's answer about extensions.</summary>
    public static async Task<string> TalkAsync(Uri url, Mode mode, bool fragmented, bool http2)
    {
        var deflate = mode.Options is { } options ? new Witness(new PerMessageDeflate(options)) : null;
        await using var connection = await WebSocketClientConnector.ConnectAsync(url, new()
        {
            Extensions = deflate is null ? [] : [deflate],
            HttpVersion = http2 ? ClientHttpVersion.Http2 : ClientHttpVersion.Http11,
            ConfigureHandler = handler => handler.SslOptions = Certificate.Own.ForClient("localhost"),
            Connection = new() { MaxMessageSize = 64 * 1024 * 1024 },
        });
        List<ConnectionStatistics> counts = [];
        await using var answers = connection.ReadAllAsync().GetAsyncEnumerator();
        for (int i = 0; i < Conversation.Sizes.Length; i++)
        {
            var (content, type) = Conversation.Message(i, fragmented);
            if (fragmented)
            {
                using var stream = new MemoryStream(content);
                await connection.SendAsync(stream, type);
            }
            else
            {
                await connection.SendAsync(content, type);
            }

            (await answers.MoveNextAsync()).ShouldBeTrue(connection.Closed.IsCompleted ? (await connection.Closed).ToString() : "");
            answers.Current.Type.ShouldBe(type);
            answers.Current.Data.Span.SequenceEqual(content).ShouldBeTrue($"another message came back for {content.Length}");
            counts.Add(connection.Statistics);
        }

        var closed = await connection.CloseAsync();
        (closed.Code, closed.WasClean, closed.Error).ShouldBe((CloseCode.Normal, true, null));
        Conversation.ShouldHaveUsed(mode, counts);
        return deflate?.Response ?? "";
    }

    /// <summary>Remembers what the server answered.</summary>
    private sealed class Witness(IExtension extension) : IExtension
    {
        public string? Response { get; private set; }

        public string Name => extension.Name;

        public IReadOnlyList<ExtensionParameters> CreateOffers() => extension.CreateOffers();

        public bool TryAccept(ExtensionParameters offer, out ExtensionParameters response, out IMessageTransform? transform) =>
            extension.TryAccept(offer, out response, out transform);

        public bool TryConfirm(ExtensionParameters response, out IMessageTransform? transform)
        {
            Response = response.ToString();
            return extension.TryConfirm(response, out transform);
        }
    }
}
