namespace Hutong.Testing;

/// <summary>One pending call of a simulation.</summary>
/// <param name="Call">What to call.</param>
/// <param name="State">With what.</param>
/// <param name="InContext">Whether the call sees the simulation as its synchronization context.</param>
readonly record struct SimulationItem(SendOrPostCallback Call, object? State, bool InContext);
