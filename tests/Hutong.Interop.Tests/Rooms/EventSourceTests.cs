using Hutong.Interop.Browser;
using Microsoft.Playwright;

namespace Hutong.Interop.Rooms;

/// <summary>The browser's own <c>EventSource</c> and <c>fetch</c>.</summary>
public class EventSourceTests(Chromium chromium)
{
    private const string Listen = """
        url => {
          window.numbers = [];
          window.opens = 0;
          const source = window.source = new EventSource(url);
          source.onopen = () => window.opens++;
          source.onmessage = event => {
            const message = JSON.parse(event.data);
            if (message.type === 'welcome')
              window.token = message.payload.token;
            else if (message.type === 'n')
              window.numbers.push(message.payload);
          };
        }
        """;

    private const string Speak = """
        message => fetch('/rt/send', { method: 'POST', headers: { 'Hutong-Session': window.token, 'Content-Type': 'application/json' }, body: message })
          .then(response => response.status)
        """;

    [Fact]
    public async Task EventSource_CutOff_ComesBackByItselfAndMissesNothing()
    {
        Peer.Require("chromium");
        await using var server = await RoomServer.StartAsync();
        await using var relay = new Relay(server.Port);
        await using var window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"http://127.0.0.1:{relay.Port}/page");
        await window.Page.EvaluateAsync(Listen, "/rt/sse?room=shared");
        await window.Page.WaitForFunctionAsync("() => window.token");
        for (int round = 0; round < 2; round++)
        {
            await server.PublishAsync((round * 20) + 1, (round * 20) + 10);
            await window.Page.WaitForFunctionAsync("count => window.numbers.length === count", (round * 20) + 10);
            relay.Cut();
            await server.PublishAsync((round * 20) + 11, (round * 20) + 20);
            await window.Page.WaitForFunctionAsync("count => window.numbers.length === count", (round * 20) + 20);
        }

        // What the page says comes back to it.
        (await window.Page.EvaluateAsync<int>(Speak, """{"type":"n","room":"shared","payload":41}""")).ShouldBe(202);
        await window.Page.WaitForFunctionAsync("() => window.numbers.length === 41");
        (await window.Page.EvaluateAsync<int[]>("() => window.numbers")).ShouldBe(Enumerable.Range(1, 41));
        (await window.Page.EvaluateAsync<int>("() => window.opens")).ShouldBe(3);
        (await server.MembersAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task EventSource_OfASessionThatTheServerEnds_DoesNotComeBack()
    {
        Peer.Require("chromium");
        await using var server = await RoomServer.StartAsync();
        await using var window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"http://127.0.0.1:{server.Port}/page");
        await window.Page.EvaluateAsync(Listen, "/rt/sse?room=shared");
        await window.Page.WaitForFunctionAsync("() => window.token");
        server.DisconnectAll();
        // 2 is closed for good; the answer to its coming back says so.
        await window.Page.WaitForFunctionAsync("() => window.source.readyState === 2", null, new PageWaitForFunctionOptions { Timeout = 30_000 });
        (await window.Page.EvaluateAsync<int>("() => window.opens")).ShouldBe(1);
    }
}
