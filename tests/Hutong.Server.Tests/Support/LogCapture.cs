using System.Text;
using Microsoft.Extensions.Logging;

namespace Hutong.Server.Tests.Support;

internal sealed record LogLine(LogLevel Level, string Category, string Message, string State, Exception? Exception)
{
    /// <summary>Everything that a log sink could write of the line.</summary>
    public string Everything => $"{Level} {Category}: {Message} {State} {Exception}";
}

/// <summary>All that a host logs and that its filters let through.</summary>
internal sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    IExternalScopeProvider? _scopes;

    public Recorder<LogLine> Lines { get; } = new();

    public IEnumerable<LogLine> Of(LogLevel level, string category) => Lines.Items.Where(l => l.Level == level && l.Category == category);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => capture._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Kestrel says so of a machine that is busy, whatever the test does.
            if (eventId.Name == "HeartbeatSlow")
                return;
            var all = new StringBuilder();
            Append(all, state);
            capture._scopes?.ForEachScope(static (scope, text) => Append(text, scope), all);
            capture.Lines.Add(new LogLine(logLevel, category, formatter(state, exception), all.ToString(), exception));
        }

        static void Append(StringBuilder text, object? state)
        {
            text.Append(state).Append(' ');
            if (state is IEnumerable<KeyValuePair<string, object?>> values)
            {
                foreach (var (key, value) in values)
                    text.Append(key).Append('=').Append(value).Append(' ');
            }
        }
    }
}
