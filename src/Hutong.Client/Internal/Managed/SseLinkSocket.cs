using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Hutong.Client.Internal;

/// <summary>Reads server-sent events, and resumes them from the last one received.</summary>
internal sealed class SseLinkSocket(HttpCalls http, TimeProvider time, Mailbox mailbox, ILinkSocketUser user) : HttpLinkSocket(http, time, mailbox, user)
{
    private const int Attempts = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public override ClientTransportKind Transport => ClientTransportKind.ServerSentEvents;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        string? last = null;
        for (int failures = 0; !HasEnded;)
        {
            try
            {
                using var response = last is null
                    ? await Http.SendAsync(HttpMethod.Get, "sse", null, cancellationToken, ("Accept", "text/event-stream")).ConfigureAwait(false)
                    : await Http.SendAsync(HttpMethod.Get, "sse", null, cancellationToken, ("Accept", "text/event-stream"), ("Last-Event-ID", last)).ConfigureAwait(false);
                if (!response.IsSuccessStatusCode)
                {
                    await RefuseAsync(response).ConfigureAwait(false);
                    return;
                }

                if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
                    return;
                var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken).ConfigureAwait(false))
                    {
                        failures = 0;
                        last = item.EventId ?? last;
                        await ReceiveAsync(JsonElement.Parse(item.Data), Number(last)).ConfigureAwait(false);
                    }
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException && last is not null && failures < Attempts)
            {
                // Asked again, from where it stopped.
            }

            if (last is null || ++failures > Attempts)
                return;
            await Task.Delay(Patience, Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The number in an id: token, then number, and a position where the stream was opened for one room.</summary>
    private static long? Number(string? id) =>
        id?.Split('.') is { Length: > 2 } parts && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
