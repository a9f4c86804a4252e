using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Hutong.Server.Internal;

/// <summary>What is known of how a user was authenticated. It belongs to the principal, and goes with it.</summary>
/// <param name="Expires">Until when that is good; null: for any time.</param>
/// <param name="ByTicket">Whether it was by a ticket, and not by the host.</param>
/// <param name="HostUser">By a ticket: the id of the user whom the host knew besides; null if none.</param>
internal sealed record UserNotes(DateTimeOffset? Expires, bool ByTicket = false, string? HostUser = null)
{
    private static readonly ConditionalWeakTable<ClaimsPrincipal, UserNotes> Notes = [];

    public static UserNotes? Of(ClaimsPrincipal? user) => user is not null && Notes.TryGetValue(user, out var notes) ? notes : null;

    public static void Set(ClaimsPrincipal user, UserNotes notes) => Notes.AddOrUpdate(user, notes);

    /// <summary>Notes what the host's authentication says of the request's user.</summary>
    public static void Take(HttpContext context)
    {
        var result = context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult;
        if (result is { Succeeded: true, Properties.ExpiresUtc: { } expires } && ReferenceEquals(result.Principal, context.User))
            Set(context.User, new UserNotes(expires));
    }
}
