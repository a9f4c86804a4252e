using Microsoft.Playwright;

namespace Hutong.Interop.Browser;

/// <summary>One window, and what its console says.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    public Window(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Note(message.Text);
        };
        page.PageError += (_, error) => Note(error);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings on the console, and exceptions that nobody caught.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_errors)
                return [.. _errors];
        }
    }

    public ILocator this[string testId] => Page.GetByTestId(testId);

    public ValueTask DisposeAsync() => new(_context.CloseAsync());

    private void Note(string text)
    {
        lock (_errors)
            _errors.Add(text);
    }
}
