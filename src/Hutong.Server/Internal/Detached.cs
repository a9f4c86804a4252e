using System.Globalization;

namespace Hutong.Server.Internal;

/// <summary>
/// Runs what outlives a request outside the request's execution context, which holds on to the request by its log scopes and its activity.
/// The culture goes along.
/// </summary>
internal static class Detached
{
    private static readonly ExecutionContext Clean = CaptureClean();

    public static void Run<T>(T state, Action<T> action)
    {
        var (culture, uiCulture) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        var request = ExecutionContext.Capture();
        ExecutionContext.Restore(Clean);
        try
        {
            if (!ReferenceEquals(culture, CultureInfo.CurrentCulture))
                CultureInfo.CurrentCulture = culture;
            if (!ReferenceEquals(uiCulture, CultureInfo.CurrentUICulture))
                CultureInfo.CurrentUICulture = uiCulture;
            action(state);
        }
        finally
        {
            if (request is not null)
                ExecutionContext.Restore(request);
        }
    }

    private static ExecutionContext CaptureClean()
    {
        ExecutionContext? clean = null;
        var thread = new Thread(() => clean = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return clean!;
    }
}
