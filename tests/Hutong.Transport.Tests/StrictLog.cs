using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Hutong.Transport;

/// <summary>Keeps what a loop complains about: it survives the defects of others, so a failed assertion on it would go unseen.</summary>
internal sealed class StrictLog : ILogger
{
    public ConcurrentQueue<string> Faults { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error)
            Faults.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
