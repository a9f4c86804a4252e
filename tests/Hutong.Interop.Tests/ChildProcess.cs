using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace Hutong.Interop;

/// <summary>A program that a test started, and what it prints. Disposing it ends the program, and whatever that has started.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private ChildProcess(Process process) => _process = process;

    /// <summary>All that the program has printed, errors too.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program. Its input ends when this process does, at the latest.</summary>
    public static ChildProcess Start(string[] command, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = Peer.Scratch,
        };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        var child = new ChildProcess(new Process { StartInfo = start });
        child._process.OutputDataReceived += (_, e) => child.Take(e.Data, isOutput: true);
        child._process.ErrorDataReceived += (_, e) => child.Take(e.Data, isOutput: false);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The next line that the program prints; null if it ends.</summary>
    public async Task<string?> ReadLineAsync(TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        try
        {
            return await _lines.Reader.WaitToReadAsync(late.Token) && _lines.Reader.TryRead(out string? line) ? line : null;
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} printed nothing within {patience}. So far:\n{Output}", e);
        }
    }

    /// <summary>Waits for the program's own end, and ends one that takes longer.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(late.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException e)
        {
            await KillAsync();
            throw new TimeoutException($"{_process.StartInfo.FileName} did not end within {patience}. So far:\n{Output}", e);
        }
    }

    /// <summary>Ends the program with no chance to say goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void Take(string? line, bool isOutput)
    {
        if (line is not null)
        {
            lock (_output)
                _output.AppendLine(line);
        }

        if (!isOutput)
            return;
        if (line is null)
            _lines.Writer.TryComplete();
        else
            _lines.Writer.TryWrite(line);
    }
}
