namespace Hutong.Client.Internal;

/// <summary>Who is told what becomes of a connection, in the mailbox, and of nothing after <see cref="Closed"/>.</summary>
internal interface ILinkSocketUser
{
    void Opened();

    void Received(ClientMessage message);

    /// <summary>The connection's buffer has become smaller.</summary>
    void Progressed();

    /// <param name="close">How it ended.</param>
    /// <param name="advice">When the server wishes to be asked again; zero if it said nothing.</param>
    void Closed(ClientClose close, TimeSpan advice);
}
