using Microsoft.Extensions.Logging;

namespace Hutong.Rooms.Support;

/// <summary>What was logged.</summary>
internal sealed class Logs : ILoggerFactory, ILogger
{
    private readonly List<(LogLevel Level, int Id, string Text)> _lines = [];

    public IReadOnlyList<(LogLevel Level, int Id, string Text)> Lines => _lines;

    public IEnumerable<string> Errors => _lines.Where(l => l.Level >= LogLevel.Error).Select(l => l.Text);

    public void Clear() => _lines.Clear();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add((logLevel, eventId.Id, formatter(state, exception) + exception));

    public void Dispose()
    {
    }
}
