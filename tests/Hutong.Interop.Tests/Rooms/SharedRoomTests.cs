using Hutong.Interop.Browser;

namespace Hutong.Interop.Rooms;

/// <summary>One room, four kinds of clients; each is cut off in turn, and all end with the same publications in the same order.</summary>
public class SharedRoomTests(Chromium chromium)
{
    private const int Batch = 25;

    // What a page does by itself: it joins again from the last position whenever its socket closes.
    private const string PageClient = """
        () => {
          window.numbers = [];
          window.connects = 0;
          let since;
          const take = message => {
            if (message.type === 'ack' && message.payload && message.payload.missed) {
              if (!message.payload.recovered)
                throw new Error('not recovered');
              message.payload.missed.forEach(take);
            } else if (message.type === 'n') {
              window.numbers.push(message.payload);
            }
          };
          const connect = () => {
            window.connects++;
            const socket = new WebSocket(`ws://${location.host}/rt`, 'hutong.v1.json');
            socket.onopen = () => socket.send(JSON.stringify({ type: 'join', id: 1, room: 'shared', since }));
            socket.onmessage = event => {
              const message = JSON.parse(event.data);
              take(message);
              if (message.epoch)
                since = { epoch: message.epoch, offset: message.offset };
            };
            socket.onclose = () => setTimeout(connect, 20);
          };
          connect();
        }
        """;

    [Fact]
    public async Task Clients_OfAllKinds_CutOffInTurn_EndWithTheSamePublications()
    {
        Peer.Require("chromium");
        await using var server = await RoomServer.StartAsync();
        var relays = Enumerable.Range(0, 4).Select(_ => new Relay(server.Port)).ToArray();
        await using var window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"http://127.0.0.1:{relays[0].Port}/page");
        await window.Page.EvaluateAsync(PageClient);
        RoomReader[] readers = [new WebSocketReader(relays[1].Port), new SseReader(relays[2].Port), new PollReader(relays[3].Port)];
        foreach (var reader in readers)
            reader.Start();

        int published = 0;
        await PublishUntilAllHaveAsync();
        for (int round = 0; round < 12; round++)
        {
            int cut = round % relays.Length;
            await PublishAsync();
            relays[cut].Cut();
            await PublishAsync();
            if (round % 3 == 0)
                await PublishUntilAllHaveAsync();
        }

        await PublishUntilAllHaveAsync();
        var expected = Enumerable.Range(1, published).ToList();
        (await NumbersOfPageAsync()).ShouldBe(expected);
        foreach (var reader in readers)
        {
            reader.Numbers.ShouldBe(expected, reader.GetType().Name);
            reader.Connects.ShouldBeGreaterThan(3, reader.GetType().Name);
            await reader.DisposeAsync();
        }

        (await window.Page.EvaluateAsync<int>("() => window.connects")).ShouldBeGreaterThan(3);
        foreach (var relay in relays)
            await relay.DisposeAsync();

        async Task PublishAsync()
        {
            await server.PublishAsync(published + 1, published + Batch);
            published += Batch;
        }

        async Task PublishUntilAllHaveAsync()
        {
            // Who joins for the first time has no past: the first ones come when all are in.
            if (published == 0)
                await UntilAsync(async () => await server.MembersAsync() == 4, "four members");
            await PublishAsync();
            await UntilAsync(
                async () => readers.All(r => r.Numbers.Count >= published) && (await NumbersOfPageAsync()).Length >= published,
                $"{published} publications: {string.Join(", ", readers.Select(r => r.Numbers.Count))}");
        }

        Task<int[]> NumbersOfPageAsync() => window.Page.EvaluateAsync<int[]>("() => window.numbers");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            if (late.IsCancellationRequested)
                throw new TimeoutException($"Not within a minute: {what}.");
            await Task.Delay(10);
        }
    }
}
