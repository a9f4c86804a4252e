using Hutong.Rooms;
using Microsoft.AspNetCore.ResponseCompression;
using Showcase.Chat;
using Showcase.Dashboard;
using Showcase.Game;
using Showcase.Lab;
using Showcase.Ticker;

namespace Showcase.Site;

/// <summary>The site itself: its headers, its files, its pages.</summary>
internal static class SiteExtensions
{
    // No inline script or style, nothing from elsewhere.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] Pages =
    [
        "chat", "ticker", "notifications", "dashboard", "game", "lab", "frames", "socketio", "seeds",
    ];

    /// <summary>Adds the rooms and what stands behind the scenarios.</summary>
    public static IServiceCollection AddShowcase(this IServiceCollection services)
    {
        services.AddRooms(new RoomsOptions { MaxRoomsPerSession = 250, JoinsPerSecond = 100, JoinBurst = 500, HistoryLimit = 200 });
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ImageStore>();
        services.AddSingleton<LoadMaker>();
        services.AddSingleton<Market>(static provider => new Market(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static _ => new Arena(new Random()));
        services.AddRunning<GameService>();
        services.AddSingleton<HeadCounter>();
        services.AddRunning<LabFeed>();
        services.AddRunning<MarketService>();
        services.AddRunning<MetricsService>();
        return services.AddResponseCompression(options =>
        {
            options.MimeTypes = ["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
    }

    /// <summary>Adds something that runs as long as the app does, and that others may ask.</summary>
    private static void AddRunning<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(static provider => provider.GetRequiredService<T>());
    }

    /// <summary>Says with each answer what the page may do.</summary>
    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return next(context);
    });

    /// <summary>Serves the files that were built from web/.</summary>
    public static void UsePages(this WebApplication app)
    {
        // What the rooms stream is small or must go at once.
        app.UseWhen(
            context => !context.Request.Path.StartsWithSegments(Paths.Rooms, StringComparison.Ordinal),
            branch => branch.UseResponseCompression());
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
                file.File.Name.StartsWith("part-", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache",
        });
    }

    /// <summary>Each scenario has an address of its own; all are one page.</summary>
    public static void MapPages(this WebApplication app)
    {
        string file = Path.Combine(app.Environment.WebRootPath, "index.html");
        foreach (string page in Pages)
        {
            app.MapGet($"/{page}", (HttpResponse response) =>
            {
                response.Headers.CacheControl = "no-cache";
                return Results.File(file, "text/html; charset=utf-8");
            });
        }
    }
}
