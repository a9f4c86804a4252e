using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hutong.Rooms;

namespace Showcase.Chat;

/// <summary>Who speaks: a name that anybody may take, and an id that only who holds the key has.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Id">What programs call it.</param>
internal sealed record Author(string Name, string Id)
{
    private const int LongestName = 24;
    private const int LongestKey = 64;

    /// <summary>The author that a session has shown itself to be.</summary>
    public static Author? Of(Session session) => session.Items.TryGetValue(typeof(Author), out object? author) ? author as Author : null;

    /// <summary>Reads <c>{name, key}</c>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out Author author)
    {
        author = new("", "");
        if (json.IsEmpty)
            return false;
        try
        {
            var shown = JsonSerializer.Deserialize<Shown>(json, JsonSerializerOptions.Web);
            return shown is not null && TryMake(shown.Name, shown.Key, out author);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Makes one of a name and a key.</summary>
    public static bool TryMake(string? name, string? key, out Author author)
    {
        string clean = Text.CleanLine(name, LongestName);
        author = new(clean, "");
        if (clean.Length == 0 || key is not { Length: >= 8 and <= LongestKey })
            return false;
        author = new(clean, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 6)));
        return true;
    }

    private sealed record Shown([property: JsonRequired] string? Name, [property: JsonRequired] string? Key);
}
