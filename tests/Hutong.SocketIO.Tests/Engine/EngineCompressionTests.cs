using System.IO.Compression;
using System.Text;

namespace Hutong.SocketIO.Tests.Engine;

public class EngineCompressionTests
{
    private static readonly string Long = new('x', 2000);

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("deflate", "deflate")]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("GZIP", "gzip")]
    [InlineData("gzip;q=1, br;q=0.5", "gzip")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("identity", null)]
    [InlineData("br;q=0", null)]
    [InlineData("zstd", null)]
    [InlineData("", null)]
    public async Task Poll_AboveTheThreshold_IsCompressedAsTheClientLikes(string accepted, string? expected)
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { HttpCompression = new() });
        string sid = await app.OpenAsync();
        app.Sockets.Items[0].TrySend(EngineMessage.Text(Long));

        using var response = await app.AskAsync(HttpMethod.Get, EngineApp.Polling(sid), null, ("Accept-Encoding", accepted));

        response.Content.Headers.ContentEncoding.ShouldBe(expected is null ? [] : [expected]);
        response.Headers.Vary.ShouldBe(["Origin", "Accept-Encoding"]);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        if (expected is not null)
            body.Length.ShouldBeLessThan(200);
        using Stream plain = expected switch
        {
            "gzip" => new GZipStream(new MemoryStream(body), CompressionMode.Decompress),
            "deflate" => new ZLibStream(new MemoryStream(body), CompressionMode.Decompress),
            "br" => new BrotliStream(new MemoryStream(body), CompressionMode.Decompress),
            _ => new MemoryStream(body),
        };
        (await new StreamReader(plain, Encoding.UTF8).ReadToEndAsync()).ShouldBe("4" + Long);
    }

    [Fact]
    public async Task Poll_BelowTheThreshold_IsNot()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { HttpCompression = new() { Threshold = 2002 } });
        string sid = await app.OpenAsync();
        app.Sockets.Items[0].TrySend(EngineMessage.Text(Long));

        (await app.PollAsync(sid, ("Accept-Encoding", "gzip"))).ShouldBe("4" + Long);
    }

    [Fact]
    public async Task Poll_Unasked_IsNot()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        app.Sockets.Items[0].TrySend(EngineMessage.Text(Long));

        (await app.PollAsync(sid, ("Accept-Encoding", "gzip"))).ShouldBe("4" + Long);
    }
}
