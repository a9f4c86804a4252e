namespace Hutong.Rooms.Model;

/// <summary>One thing that happens in a run.</summary>
internal sealed record ModelAction(ModelVerb Verb, int Client, int Room, int Amount)
{
    public override string ToString() => $"{Verb} client {Client} room {Room} amount {Amount}";
}

internal enum ModelVerb
{
    Publish,
    PublishExcept,
    ClientPublish,
    Join,
    Leave,
    Kick,
    Connect,
    Cut,
    Pause,
    Resume,
    Restart,
    Advance,
    Settle,
}
