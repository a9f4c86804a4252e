using System.IO.Pipelines;

namespace Hutong.Testing;

/// <summary>Brings the continuations of pipes into a simulation.</summary>
sealed class SimulationPipeScheduler(SimulationScheduler simulation) : PipeScheduler
{
    public override void Schedule(Action<object?> action, object? state) =>
        simulation.Enqueue(new SimulationItem(static s =>
        {
            var (action, state) = ((Action<object?>, object?))s!;
            action(state);
        }, (action, state), InContext: false));
}
