namespace Hutong.Client;

/// <summary>What a client learns from its surroundings.</summary>
public enum EnvironmentChange
{
    /// <summary>There is a network.</summary>
    Online,

    /// <summary>There is none.</summary>
    Offline,

    /// <summary>The program is in front of the person.</summary>
    Visible,

    /// <summary>It is not.</summary>
    Hidden,

    /// <summary>The machine or the program was suspended, and goes on.</summary>
    Wake,
}
