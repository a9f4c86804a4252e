using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Threading.RateLimiting;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hutong.Server.Tests;

/// <summary>What an app puts around its endpoints holds for WebSockets too.</summary>
public class PipelineTests
{
    [Theory]
    [InlineData(null, 401)]
    [InlineData("ada", 403)]
    [InlineData("admin", 101)]
    public async Task RequireAuthorization_Judges_BeforeTheUpgrade(string? user, int status)
    {
        await using var app = await TestApp.StartAsync(
            a =>
            {
                a.UseAuthentication();
                a.UseAuthorization();
                a.MapWebSocket("/ws", Handlers.Tell(r => $"{r.User.Identity?.Name} {r.User.IsInRole("admin")}")).RequireAuthorization(p => p.RequireRole("admin"));
            },
            b =>
            {
                // Nothing is protected here; without this a key would be kept in the user's home.
                b.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
                b.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, UserFromHeader>("test", null);
                b.Services.AddAuthorization();
            });
        await using var peer = await app.ConnectAsync();
        var answer = await peer.AskAsync(Head.Of("/ws", user is null ? [] : [$"X-User: {user}"]));
        answer.Status.ShouldBe(status);
        answer["Sec-WebSocket-Accept"].ShouldBe(status == 101 ? Head.Accept : null);
        if (status == 101)
        {
            await peer.ExpectTextAsync("admin True");
            await peer.CloseAsync();
        }
    }

    [Fact]
    public async Task RateLimiter_ForConcurrency_HoldsItsLeaseAsLongAsTheConnectionLives()
    {
        using var limiter = new Lease();
        await using var app = await TestApp.StartAsync(
            a =>
            {
                a.UseRouting();
                a.UseRateLimiter();
                a.MapWebSocket("/ws", Handlers.Echo).RequireRateLimiting("one");
            },
            b => b.Services.AddRateLimiter(o => o.AddPolicy("one", _ => RateLimitPartition.Get("all", _ => limiter))));
        await using (var first = await app.OpenAsync())
        {
            await first.EchoAsync("in");
            (await app.AskAsync(Head.Of())).Status.ShouldBe(503);
            await first.EchoAsync("still in");
            await first.CloseAsync();
        }

        await limiter.Returned.Soon();
        await using var second = await app.OpenAsync();
        await second.EchoAsync("next");
        await second.CloseAsync();
    }

    [Fact]
    public async Task RequestTimeout_OfTheApp_DoesNotEndTheConnection()
    {
        WatchedTimeout? timeout = null;
        await using var app = await TestApp.StartAsync(
            a =>
            {
                a.UseRouting();
                a.UseRequestTimeouts();
                a.Use((context, next) =>
                {
                    timeout = new WatchedTimeout(context.Features.Get<IHttpRequestTimeoutFeature>()!);
                    context.Features.Set<IHttpRequestTimeoutFeature>(timeout);
                    return next(context);
                });
                a.MapWebSocket("/ws", Handlers.Echo);
            },
            b => b.Services.AddRequestTimeouts(o => o.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromHours(1) }));
        await using var peer = await app.OpenAsync();
        await peer.EchoAsync("in");
        timeout!.IsDisabled.ShouldBeTrue();
        await peer.CloseAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Services_Scope_LivesAsLongAsTheConnection(bool clean)
    {
        Scoped? made = null;
        WebSocketRequest? kept = null;
        await using var app = await TestApp.StartAsync(
            a => a.MapWebSocket("/ws", (ws, request) =>
            {
                kept = request;
                made = request.Services.GetRequiredService<Scoped>();
                ws.OnMessage = (c, m) => c.TrySend($"{made == request.Services.GetRequiredService<Scoped>()} {made.Disposed.Task.IsCompleted}");
                return Task.CompletedTask;
            }),
            b => b.Services.AddScoped<Scoped>());
        await using var peer = await app.OpenAsync();
        await peer.SendTextAsync("?");
        await peer.ExpectTextAsync("True False");
        if (clean)
            await peer.CloseAsync();
        else
            peer.Reset();

        await made!.Disposed.Task.Soon();
        Should.Throw<ObjectDisposedException>(() => kept!.Services);
    }

    [Fact]
    public async Task Services_ThatFailToBeDisposed_LeaveNoConnectionCounted()
    {
        const string Route = "/fails-to-be-disposed";
        using var metrics = new MetricCapture(Route);
        await using var app = await TestApp.StartAsync(
            a => a.MapWebSocket(Route, (ws, request) =>
            {
                request.Services.GetRequiredService<FailsToBeDisposed>();
                return Task.CompletedTask;
            }),
            b =>
            {
                b.Services.AddHutong(new ServerOptions { MaxConnections = 1 });
                b.Services.AddScoped<FailsToBeDisposed>();
            });
        app.ServerMayComplain = true;
        await using (var peer = await app.OpenAsync(Route))
            await peer.CloseAsync();
        await metrics.WaitForBalanceAsync(1);
        metrics.Of("hutong.server.connection.duration").ShouldHaveSingleItem();
        await app.Logs.Lines.WaitForAsync(l => l.Exception is NotSupportedException, "the error in the log");
    }

    [Fact]
    public async Task HttpContext_OfARequestThatIsKeptOpen_LivesAsLongAsTheHandler()
    {
        await using var app = await TestApp.StartAsync(
            a =>
            {
                a.Use(async (context, next) =>
                {
                    await next(context);
                    context.RequestServices.GetRequiredService<ILogger<PipelineTests>>().LogInformation("request over");
                });
                a.MapWebSocket("/ws", Handlers.Echo, new WebSocketEndpointOptions { KeepRequestOpen = true });
            });
        await using var peer = await app.OpenAsync();
        await peer.EchoAsync("in");
        app.Logs.Lines.Items.ShouldNotContain(l => l.Message == "request over");
        await peer.CloseAsync();
        await app.Logs.Lines.WaitForAsync(l => l.Message == "request over", "the end of the request");
    }

    sealed class UserFromHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            string? user = Request.Headers["X-User"];
            if (user is null)
                return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new(ClaimTypes.Name, user), new(ClaimTypes.Role, user)], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }

    /// <summary>The timeout of a request, which tells when it is taken off. How long a handshake takes must not matter.</summary>
    sealed class WatchedTimeout(IHttpRequestTimeoutFeature inner) : IHttpRequestTimeoutFeature
    {
        public bool IsDisabled { get; private set; }

        public CancellationToken RequestTimeoutToken => inner.RequestTimeoutToken;

        public void DisableTimeout()
        {
            inner.DisableTimeout();
            IsDisabled = true;
        }
    }

    /// <summary>A limiter for one that tells when it got its lease back.</summary>
    sealed class Lease : RateLimiter
    {
        readonly ConcurrencyLimiter _inner = new(new ConcurrencyLimiterOptions { PermitLimit = 1 });
        readonly TaskCompletionSource _returned = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Returned => _returned.Task;

        public override TimeSpan? IdleDuration => null;

        public override RateLimiterStatistics? GetStatistics() => _inner.GetStatistics();

        protected override RateLimitLease AttemptAcquireCore(int permitCount) => Watch(_inner.AttemptAcquire(permitCount));

        protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
            Watch(await _inner.AcquireAsync(permitCount, cancellationToken));

        RateLimitLease Watch(RateLimitLease lease) => lease.IsAcquired ? new Watched(lease, _returned) : lease;

        sealed class Watched(RateLimitLease lease, TaskCompletionSource returned) : RateLimitLease
        {
            public override bool IsAcquired => lease.IsAcquired;

            public override IEnumerable<string> MetadataNames => lease.MetadataNames;

            public override bool TryGetMetadata(string metadataName, out object? metadata) => lease.TryGetMetadata(metadataName, out metadata);

            protected override void Dispose(bool disposing)
            {
                lease.Dispose();
                base.Dispose(disposing);
                returned.TrySetResult();
            }
        }
    }

    sealed class Scoped : IDisposable
    {
        public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => Disposed.SetResult();
    }

    sealed class FailsToBeDisposed : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.FromException(new NotSupportedException("cannot be disposed"));
    }
}
