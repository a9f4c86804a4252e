namespace Hutong.Rooms;

/// <summary>A node's end of a room's subscription. Neither method blocks or throws.</summary>
public interface IRoomSubscriber
{
    /// <summary>
    /// Takes a publication, in the order of the stream. It only queues, so that a backplane may call it under a lock that gives the order.
    /// Publications that come twice or late are recognized by their position; after a gap the history is read.
    /// </summary>
    /// <param name="publication">The publication.</param>
    void Receive(Publication publication);

    /// <summary>Delivers what was received. Called under no lock, after one or many <see cref="Receive"/>.</summary>
    void Flush();

    /// <summary>Some may not have come: the position is to be compared with that of the stream.</summary>
    void Check();
}
