using System.Diagnostics;
using System.Globalization;
using Hutong.Server.Tests.Support;

namespace Hutong.Transport.Sockets;

/// <summary>Full load for as many minutes as the environment variable <c>HUTONG_SOAK_MINUTES</c> says, or else for a moment.</summary>
[Collection(nameof(Alone))]
public class SoakTests
{
    private const int Clients = 32;
    private const int Deep = 16;

    private static readonly string? Minutes = Environment.GetEnvironmentVariable("HUTONG_SOAK_MINUTES");

    [Fact]
    public async Task FullLoad_OfOpeningSendingAndClosing_LeavesNothingBehind()
    {
        var span = Minutes is null ? TimeSpan.FromSeconds(3) : TimeSpan.FromMinutes(double.Parse(Minutes, CultureInfo.InvariantCulture));
        var logs = new LogCapture();
        await using var server = await Loops.StartStandaloneAsync(Handlers.Echo, logs);
        var clock = Stopwatch.StartNew();
        long messages = 0;
        var clients = Enumerable.Range(0, Clients).Select(n => Task.Factory.StartNew(
            () => Load(server.Url.Port, n, () => clock.Elapsed < span, ref messages),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var samples = new List<long>();
        while (clock.Elapsed < span)
        {
            await Task.WhenAny(Task.WhenAll(clients), Task.Delay(span / 20));
            samples.Add(Environment.WorkingSet / 1024);
            TestContext.Current.TestOutputHelper!.WriteLine($"{clock.Elapsed:mm\\:ss} {samples[^1]:N0} KiB, {Volatile.Read(ref messages):N0} messages");
        }

        await Task.WhenAll(clients).Soon();
        logs.ShouldHaveNoFaults();
        messages.ShouldBePositive();
        // A moment says nothing about memory.
        if (Minutes is null)
            return;
        // The second half against the end of the first, which warmed up.
        long half = samples.Take(samples.Count / 2).Max();
        samples.Skip(samples.Count / 2).Max().ShouldBeLessThan(half + (half / 10));
    }

    private static void Load(int port, int number, Func<bool> goesOn, ref long messages)
    {
        var random = new Random(number);
        int[] sizes = [5, 125, 1000, 16 * 1024, 128 * 1024];
        while (goesOn())
        {
            // Each connection lives for a while, so that opening and closing are part of it.
            byte[] frame = BareClient.Frame(2, new byte[sizes[random.Next(sizes.Length)]]);
            using var client = new BareClient(port);
            client.Open();
            for (int i = random.Next(1, 200); i > 0 && goesOn(); i--)
            {
                int deep = frame.Length > 20_000 ? 1 : Deep;
                for (int j = 0; j < deep; j++)
                    client.Send(frame);
                client.Skip((long)deep * (frame.Length - 4));
                Interlocked.Add(ref messages, deep);
            }

            client.Send(BareClient.Frame(8, [0x03, 0xE8]));
            client.ReadToEnd();
        }
    }
}
