namespace Hutong.Client.Internal;

/// <summary>Opens connections.</summary>
internal interface ILinkSocketFactory
{
    /// <summary>Begins to open one; tells the user later, never within this call.</summary>
    ILinkSocket Open(LinkRequest request, ILinkSocketUser user);

    /// <summary>Ends when nothing is left of all the connections, after their time for closing.</summary>
    Task CompleteAsync();
}
