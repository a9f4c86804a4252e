using System.Net.Sockets;
using System.Text;
using Showcase.Chat;

namespace Showcase.Frames;

/// <summary>Walks one real connection from the opening handshake to the last frame, with the visitor's own words.</summary>
internal static class FramesEndpoints
{
    private const string Path = "/seeds/echo";
    private const int LongestText = 400;
    private const int LongestReason = 40;
    private const int MostPieces = 5;
    private const int TextOpcode = 1;
    private const int CloseOpcode = 8;
    private const int PingOpcode = 9;
    private const int PongOpcode = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Serves it.</summary>
    public static void MapFrames(this WebApplication app) => app.MapPost("/frames/walk", async (HttpContext context, Wish wish) =>
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        late.CancelAfter(Patience);
        var (address, port) = (context.Connection.LocalIpAddress, context.Connection.LocalPort);
        if (address is null || context.Request.IsHttps)
            return Results.Conflict();
        using var peer = new RawPeer();
        try
        {
            await peer.ConnectAsync(address, port, late.Token);
            await WalkAsync(peer, $"{context.Request.Host}", wish, late.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException or OperationCanceledException)
        {
            return Results.StatusCode(StatusCodes.Status502BadGateway);
        }

        return Results.Json(new { steps = peer.Steps });
    });

    private static async Task WalkAsync(RawPeer peer, string host, Wish wish, CancellationToken cancellationToken)
    {
        byte[] text = Encoding.UTF8.GetBytes(Text.CleanLine(wish.Text, LongestText) is { Length: > 0 } given ? given : "Hello");
        int pieces = Math.Clamp(wish.Pieces, 1, Math.Min(MostPieces, text.Length));
        await peer.ShakeHandsAsync(host, Path, cancellationToken);
        for (int i = 0; i < pieces; i++)
        {
            // A cut may go through a character: that is allowed, and only the whole must be UTF-8 (RFC 6455 §5.6).
            var piece = text.AsSpan()[(text.Length * i / pieces)..(text.Length * (i + 1) / pieces)];
            await peer.SendFrameAsync(i == 0 ? TextOpcode : 0, piece, i == pieces - 1, cancellationToken);
        }

        await peer.ReadUntilAsync(TextOpcode, cancellationToken);
        await peer.SendFrameAsync(PingOpcode, "there?"u8, isFinal: true, cancellationToken);
        await peer.ReadUntilAsync(PongOpcode, cancellationToken);
        byte[] reason = [0x03, 0xE8, .. Encoding.UTF8.GetBytes(Text.CleanLine(wish.Reason, LongestReason))];
        await peer.SendFrameAsync(CloseOpcode, reason, isFinal: true, cancellationToken);
        await peer.ReadUntilAsync(CloseOpcode, cancellationToken);
    }

    internal sealed record Wish(string? Text, int Pieces, string? Reason);
}
