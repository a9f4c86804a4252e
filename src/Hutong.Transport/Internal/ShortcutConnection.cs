namespace Hutong.Transport.Internal;

/// <summary>A connection whose handshake was answered on the loop. It goes on where user code may run.</summary>
internal abstract class ShortcutConnection : IThreadPoolWorkItem
{
    /// <summary>How many of the bytes were the request; the others belong to the WebSocket.</summary>
    public abstract int HeadLength { get; }

    /// <summary>What guards the loop against its callbacks.</summary>
    public abstract CallbackWatch? Watch { get; }

    /// <summary>Its driver, set before it goes on.</summary>
    public SocketDriver? Driver { get; set; }

    /// <summary>Goes on, on the pool.</summary>
    public abstract void Execute();
}
