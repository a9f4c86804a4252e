// What rooms cost. See perf/README.md.
//   dotnet run -c Release --project perf/Hutong.Rooms.Perf -- fanout|steady|memory|sockets
using Hutong.Rooms.Perf;

switch (args)
{
    case ["fanout", ..]:
        await FanOut.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 10_000);
        break;
    case ["steady", ..]:
        await Steady.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 100_000, members: 10);
        break;
    case ["memory"]:
        await Memory.RunAsync();
        break;
    case ["sockets", ..]:
        await Sockets.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 9_000);
        break;
    case ["load", var port, var path, var count]:
        await Sockets.LoadAsync(int.Parse(port), path, int.Parse(count));
        break;
    default:
        Console.Error.WriteLine("fanout [MEMBERS] | steady [ROOMS] | memory | sockets [CLIENTS]");
        return 2;
}

return 0;
