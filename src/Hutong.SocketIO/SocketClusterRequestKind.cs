namespace Hutong.SocketIO;

/// <summary>What a <see cref="SocketClusterRequest"/> asks for.</summary>
public enum SocketClusterRequestKind
{
    /// <summary>Tell which sockets there are.</summary>
    Fetch,

    /// <summary>Let sockets into rooms.</summary>
    Join,

    /// <summary>Take sockets out of rooms.</summary>
    Leave,

    /// <summary>Put sockets out of the namespace.</summary>
    Disconnect,

    /// <summary>Emit an event, and collect the answers.</summary>
    EmitWithAck,

    /// <summary>Raise an event at the namespace itself.</summary>
    ServerSideEmit,

    /// <summary>Raise an event at the namespace itself, and answer.</summary>
    ServerSideEmitWithAck,
}
