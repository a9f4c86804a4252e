using Hutong.SocketIO.Internal;

namespace Hutong.SocketIO;

/// <summary>What those answered to whom an event was emitted.</summary>
/// <typeparam name="T">What the answers were read as.</typeparam>
/// <param name="Responses">The answers, in the order in which they came.</param>
/// <param name="IsComplete">Whether everyone who was asked has answered in time.</param>
public sealed record BroadcastAcks<T>(IReadOnlyList<T?> Responses, bool IsComplete)
{
    internal static async Task<BroadcastAcks<T>> CollectAsync(SocketNamespace nsp, SocketTarget target, EventData data, EmitFlags flags)
    {
        var server = nsp.Server;
        var timeout = flags.Timeout ?? server.Options.AckTimeout;
        var elsewhere = Task.FromResult<IReadOnlyList<SocketClusterResponse>>([]);
        if (!flags.Local)
        {
            var request = new SocketClusterRequest(SocketClusterRequestKind.EmitWithAck, nsp.Name, target)
            {
                Event = data.Name,
                Arguments = data.Arguments,
                Attachments = data.Attachments,
                Volatile = flags.Volatile,
                Timeout = timeout,
            };
            elsewhere = server.AskAsync(request, timeout + server.Options.ClusterTimeout).AsTask();
        }

        var here = await nsp.CollectAcksAsync(target, data, flags, timeout).ConfigureAwait(false);
        var responses = new List<T?>();
        bool complete = Read(nsp, here, responses);
        foreach (var answer in await elsewhere.ConfigureAwait(false))
            complete &= Read(nsp, answer, responses);
        return new(responses, complete);
    }

    private static bool Read(SocketNamespace nsp, SocketClusterResponse answer, List<T?> responses)
    {
        int read = 0;
        foreach (var ack in answer.Acks)
        {
            try
            {
                responses.Add(new SocketEvent("", nsp.Json, ack.Arguments, ack.Attachments, skip: 0, ack: null).Get<T>(0));
                read++;
            }
            catch (System.Text.Json.JsonException)
            {
                // It is none of those that were asked for.
            }
        }

        return read == answer.Asked;
    }
}
