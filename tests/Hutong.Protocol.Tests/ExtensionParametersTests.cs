namespace Hutong.Protocol;

public class ExtensionParametersTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("a,b", "a|b")]
    [InlineData(" a , b ", "a|b")]
    [InlineData(",,a,,b,", "a|b")]
    [InlineData("a;p", "a; p")]
    [InlineData("a ; p = 1 ;\tq", "a; p=1; q")]
    [InlineData("a;p=1;p=2", "a; p=1; p=2")]
    [InlineData("a;p=\"1\"", "a; p=1")]
    [InlineData("a;p=\"\\1\\2\"", "a; p=12")]
    [InlineData("a;p=\"x\" ; q, b", "a; p=x; q|b")]
    [InlineData("permessage-deflate; client_max_window_bits; server_max_window_bits=10, permessage-deflate", "permessage-deflate; client_max_window_bits; server_max_window_bits=10|permessage-deflate")]
    [InlineData("!#$%&'*+-.^_`|~09AZaz", "!#$%&'*+-.^_`|~09AZaz")]
    public void TryParseList_Valid_IsRead(string value, string expected)
    {
        ExtensionParameters.TryParseList(value, out var list).ShouldBeTrue();
        string.Join('|', list.Select(e => e.ToString())).ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(",")]
    [InlineData(";")]
    [InlineData("a;")]
    [InlineData("a;;p")]
    [InlineData("a;=1")]
    [InlineData("a;p=")]
    [InlineData("a;p==1")]
    [InlineData("a b")]
    [InlineData("a=1")]
    [InlineData("\"a\"")]
    [InlineData("a;\"p\"")]
    [InlineData("a;p=\"")]
    [InlineData("a;p=\"\"")]
    [InlineData("a;p=\"1")]
    [InlineData("a;p=\"1\\")]
    [InlineData("a;p=\"1\\\"")]
    [InlineData("a;p=\"1 2\"")]
    [InlineData("a;p=\"1,2\"")]
    [InlineData("a;p=\"1\"2")]
    [InlineData("a;p=1 2")]
    [InlineData("a/b")]
    [InlineData("é")]
    [InlineData("a\r\nb")]
    [InlineData("a\0")]
    public void TryParseList_Invalid_IsRefused(string value) => ExtensionParameters.TryParseList(value, out _).ShouldBeFalse();

    [Fact]
    public void TryParseList_SixtyFiveItems_AreTooMany()
    {
        ExtensionParameters.TryParseList(string.Join(',', Enumerable.Repeat("a", 64)), out var list).ShouldBeTrue();
        list.Count.ShouldBe(64);
        ExtensionParameters.TryParseList(string.Join(',', Enumerable.Repeat("a", 65)), out _).ShouldBeFalse();
        ExtensionParameters.TryParseList("a" + string.Concat(Enumerable.Repeat(";p", 64)), out list).ShouldBeTrue();
        list[0].Parameters.Count.ShouldBe(64);
        ExtensionParameters.TryParseList("a" + string.Concat(Enumerable.Repeat(";p", 65)), out _).ShouldBeFalse();
    }

    [Fact]
    public void TryParseList_FlagAndValue_AreToldApart()
    {
        ExtensionParameters.TryParseList("a; flag; key=value", out var list).ShouldBeTrue();
        list.Single().Parameters.ShouldBe([new("flag", null), new("key", "value")]);
    }
}
