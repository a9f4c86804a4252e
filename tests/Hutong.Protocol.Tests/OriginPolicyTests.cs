namespace Hutong.Protocol;

public class OriginPolicyTests
{
    [Theory]
    [InlineData("https://example.com", "https://example.com", true)]
    [InlineData("https://example.com:443", "https://example.com", true)]
    [InlineData("https://example.com", "https://example.com:443", true)]
    [InlineData("http://example.com:80", "http://example.com", true)]
    [InlineData("HTTPS://EXAMPLE.com", "https://example.COM", true)]
    [InlineData("https://example.com:8443", "https://example.com:8443", true)]
    [InlineData("http://[::1]:5000", "http://[::1]:5000", true)]
    [InlineData("http://[0:0:0:0:0:0:0:1]", "http://[::1]:80", true)]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5000", true)]
    [InlineData("http://example.com", "https://example.com", false)]
    [InlineData("https://example.com", "http://example.com", false)]
    [InlineData("http://example.com:443", "https://example.com", false)]
    [InlineData("https://example.com:80", "http://example.com", false)]
    [InlineData("https://example.com:8443", "https://example.com", false)]
    [InlineData("https://www.example.com", "https://example.com", false)]
    [InlineData("https://example.com.", "https://example.com", false)]
    [InlineData("https://example.com.evil.org", "https://example.com", false)]
    [InlineData("http://[::2]", "http://[::1]", false)]
    [InlineData("http://localhost:3000", "http://localhost:8080", false)]
    [InlineData("http://127.0.0.1", "http://localhost", false)]
    [InlineData("ws://example.com", "http://example.com", false)]
    [InlineData("wss://example.com", "https://example.com", false)]
    [InlineData("null", "https://example.com", false)]
    public void IsAllowed_SameOrigin_SchemeHostAndPortMustBeTheSame(string origin, string self, bool allowed) =>
        OriginPolicy.SameOrigin.IsAllowed(origin, self).ShouldBe(allowed);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("*")]
    [InlineData("example.com")]
    [InlineData("//example.com")]
    [InlineData("/")]
    [InlineData("https:")]
    [InlineData("https://")]
    [InlineData("https:example.com")]
    [InlineData("https:/example.com")]
    [InlineData("https:\\\\example.com")]
    [InlineData("https://example.com\\")]
    [InlineData("https://@example.com")]
    [InlineData("https://user@example.com")]
    [InlineData("https://user:pw@example.com")]
    [InlineData("https://example.com@evil.org")]
    [InlineData("https://example.com/path")]
    [InlineData("https://example.com/.")]
    [InlineData("https://example.com/%2e")]
    [InlineData("https://example.com//")]
    [InlineData("https://example.com?")]
    [InlineData("https://example.com?q")]
    [InlineData("https://example.com#f")]
    [InlineData(" https://example.com")]
    [InlineData("https://example.com\t")]
    [InlineData("https://example.com https://evil.org")]
    [InlineData("https://example.com, https://evil.org")]
    [InlineData("https://example\u3002com")]
    [InlineData("https://example.com:99999")]
    [InlineData("https://\uFFFF.com")]
    [InlineData("file://")]
    [InlineData("data:text/html,x")]
    [InlineData("about:blank")]
    [InlineData("NULL")]
    [InlineData("undefined")]
    public void IsAllowed_Junk_IsRefusedAndDoesNotThrow(string origin)
    {
        OriginPolicy.SameOrigin.IsAllowed(origin, "https://example.com").ShouldBeFalse();
        OriginPolicy.Allow("https://other.org", "https://*.other.org").IsAllowed(origin, "https://example.com").ShouldBeFalse();
    }

    [Fact]
    public void IsAllowed_UnicodeHostThatIsNoName_IsRefusedAndDoesNotThrow()
    {
        string[] hosts = [new('ü', 64), new string('ü', 60) + ".com", "\u05E5\u034F\uFF0ED", "a\u0378.com", "xn--", "xn--a-ä"];
        foreach (string host in hosts)
            OriginPolicy.SameOrigin.IsAllowed("https://" + host, "https://example.com").ShouldBeFalse();
    }

    [Theory]
    [InlineData("https://a.example.com", true)]
    [InlineData("https://a.b.example.com", true)]
    [InlineData("https://A.Example.Com:443", true)]
    [InlineData("https://example.com", false)]
    [InlineData("https://.example.com", false)]
    [InlineData("https://evil-example.com", false)]
    [InlineData("https://x.example.com.evil.org", false)]
    [InlineData("https://evil.org/.example.com", false)]
    [InlineData("https://evil.org#.example.com", false)]
    [InlineData("https://evil.org?.example.com", false)]
    [InlineData("https://evil.org:443\\.example.com", false)]
    [InlineData("https://evil.org@x.example.com", false)]
    [InlineData("https://x.example.com@evil.org", false)]
    [InlineData("https://x.example.com.", false)]
    [InlineData("https://*.example.com", false)]
    [InlineData("http://a.example.com", false)]
    [InlineData("https://a.example.com:8443", false)]
    public void IsAllowed_Wildcard_TakesSubdomainsOnly(string origin, bool allowed) =>
        OriginPolicy.Allow("https://*.example.com").IsAllowed(origin, "https://self.org").ShouldBe(allowed);

    [Fact]
    public void IsAllowed_WildcardWithAPort_TakesThatPortOnly()
    {
        var policy = OriginPolicy.Allow("http://*.example.com:8080");
        policy.IsAllowed("http://a.example.com:8080", "http://self.org").ShouldBeTrue();
        policy.IsAllowed("http://a.example.com", "http://self.org").ShouldBeFalse();
    }

    [Fact]
    public void Allow_ListedOrigins_AreAllowedBesidesTheServersOwn()
    {
        var policy = OriginPolicy.Allow("http://localhost:3000", "https://app.example.org/", "null", "https://bücher.example", "chrome-extension://abcdef");
        foreach (string origin in (string[])["http://localhost:3000", "https://app.example.org", "null", "https://xn--bcher-kva.example", "chrome-extension://abcdef", "http://localhost:8080"])
            policy.IsAllowed(origin, "http://localhost:8080").ShouldBeTrue(origin);
        foreach (string origin in (string[])["http://localhost:3001", "https://localhost:3000", "http://app.example.org", "chrome-extension://other", "moz-extension://abcdef"])
            policy.IsAllowed(origin, "http://localhost:8080").ShouldBeFalse(origin);
    }

    [Fact]
    public void IsAllowed_NoOrigin_IsAProgramAndPasses()
    {
        OriginPolicy.SameOrigin.IsAllowed(null, "https://example.com").ShouldBeTrue();
        OriginPolicy.Allow("https://other.org").IsAllowed(null, "https://example.com").ShouldBeTrue();
    }

    [Fact]
    public void IsAllowed_Any_TakesEverything()
    {
        foreach (var policy in (OriginPolicy[])[OriginPolicy.Any, OriginPolicy.Allow("*")])
        {
            foreach (string? origin in (string?[])["https://evil.org", "null", "", "junk", null])
                policy.IsAllowed(origin, "https://example.com").ShouldBeTrue();
        }
    }

    [Fact]
    public void IsAllowed_OwnOriginUnknown_OnlyListedOriginsPass()
    {
        OriginPolicy.SameOrigin.IsAllowed("https://example.com", "").ShouldBeFalse();
        OriginPolicy.Allow("https://example.com").IsAllowed("https://example.com", "").ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("*.example.com")]
    [InlineData("https://")]
    [InlineData("https://*")]
    [InlineData("https://*.")]
    [InlineData("https://*.example.com/path")]
    [InlineData("https://a*.example.com")]
    [InlineData("https://user@example.com")]
    [InlineData("https://example.com/path")]
    [InlineData("http://localhost:*")]
    [InlineData("https://\u05E5\u034F\uFF0ED")]
    public void Allow_NoOrigin_Throws(string origin) => Should.Throw<ArgumentException>(() => OriginPolicy.Allow(origin));
}
