using System.Globalization;
using System.Text.Json;

namespace Hutong.Client.Internal;

/// <summary>Asks again and again; each answer comes when there is something to say.</summary>
internal sealed class PollLinkSocket(HttpCalls http, TimeProvider time, Mailbox mailbox, ILinkSocketUser user) : HttpLinkSocket(http, time, mailbox, user)
{
    private const int Attempts = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public override ClientTransportKind Transport => ClientTransportKind.LongPolling;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        // What is held back has been received all the same.
        long received = 0;
        for (int failures = 0; !HasEnded;)
        {
            JsonElement messages;
            try
            {
                using var response = Session is null
                    ? await Http.SendAsync(HttpMethod.Get, "poll", null, cancellationToken).ConfigureAwait(false)
                    : await Http.SendAsync(HttpMethod.Get, "poll", null, cancellationToken, ("Hutong-Ack", received.ToString(CultureInfo.InvariantCulture))).ConfigureAwait(false);
                if (!response.IsSuccessStatusCode)
                {
                    await RefuseAsync(response).ConfigureAwait(false);
                    return;
                }

                messages = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            }
            catch (Exception e) when (e is HttpRequestException or IOException && Session is not null && ++failures < Attempts)
            {
                // An answer that was lost is given again.
                await Task.Delay(Patience, Time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            failures = 0;
            if (messages.ValueKind != JsonValueKind.Array)
                return;
            foreach (var message in messages.EnumerateArray())
            {
                if (ClientMessage.Field(message, "seq") is { ValueKind: JsonValueKind.Number } seq && seq.TryGetInt64(out long number))
                    received = Math.Max(received, number);
                await ReceiveAsync(message, null).ConfigureAwait(false);
            }
        }
    }
}
