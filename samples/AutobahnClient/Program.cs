// The client side of the Autobahn test suite: echoes what a fuzzing server sends, case by case.
//   dotnet run -c Release --project samples/AutobahnClient -- ws://127.0.0.1:9001 [--agent Hutong] [--cases 1-10,42] [--transport socket] [--seconds 60]
using Hutong.Samples;

if (FuzzingOptions.TryParse(args) is not { } options)
{
    Console.Error.WriteLine("usage: AutobahnClient ws://HOST:PORT [--agent NAME] [--cases 1-10,42] [--transport http|socket] [--seconds N]");
    return 2;
}

return await new FuzzingClient(options, Console.Out).RunAsync();
