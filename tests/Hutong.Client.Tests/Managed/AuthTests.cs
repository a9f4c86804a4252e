using System.Security.Claims;
using System.Text.Encodings.Web;
using Hutong.Server;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hutong.Client.Managed;

/// <summary>Tokens, against a real server that asks for them.</summary>
public class AuthTests
{
    [Theory]
    [InlineData(TokenVia.Message)]
    [InlineData(TokenVia.Parameter)]
    [InlineData(TokenVia.Header)]
    public async Task Token_HoweverItTravels_SaysWhoItIs(TokenVia via)
    {
        await using var server = await StartAsync();
        await using var client = new WebSocketClient(server.Url, new() { Auth = new("ada") { Via = via, Parameter = "access_token" } });

        var room = await client.JoinAsync("chat:1").Soon();

        (await room.PresenceAsync().Soon()).Members.Single().UserId.ShouldBe("ada");
    }

    [Fact]
    public async Task Token_ThatIsRefused_IsFollowedByAFreshOne()
    {
        await using var server = await StartAsync();
        var asked = new List<bool>();
        var auth = new ClientAuthOptions(r =>
        {
            asked.Add(r.Fresh);
            return new(r.Fresh ? "bob" : "stale");
        });
        await using var client = new WebSocketClient(server.Url, new() { Auth = auth });

        var room = await client.JoinAsync("chat:1").Soon();

        (await room.PresenceAsync().Soon()).Members.Single().UserId.ShouldBe("bob");
        asked.ShouldBe([false, true]);
    }

    [Fact]
    public async Task Token_ThatIsRefusedForGood_Fails()
    {
        await using var server = await StartAsync();
        await using var client = new WebSocketClient(server.Url, new() { Auth = new("stale") });
        await new StateWatch(client).UntilAsync("Failed");
        client.Error!.Code.ShouldBe(ClientErrorCode.AuthFailed);
        client.Error.ToString().ShouldNotContain("stale");
    }

    private static Task<RoomsServer> StartAsync() => RoomsServer.StartAsync(
        services: s => s.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, Bearer>("test", null),
        options: new RoomsEndpointOptions { Auth = new() { Required = true, Scheme = "test" } });

    /// <summary>A host that knows two tokens, which are the users' names.</summary>
    private sealed class Bearer(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            string header = Request.Headers.Authorization.ToString();
            string? token = header.StartsWith("Bearer ", StringComparison.Ordinal) ? header[7..] : Request.Query["access_token"];
            if (token is null)
                return Task.FromResult(AuthenticateResult.NoResult());
            if (token is not ("ada" or "bob"))
                return Task.FromResult(AuthenticateResult.Fail("unknown"));
            var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, token)], "test"));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, "test")));
        }
    }
}
