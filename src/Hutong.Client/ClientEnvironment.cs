using System.Net.NetworkInformation;

namespace Hutong.Client;

/// <summary>
/// What a client knows of its surroundings: it hurries when the network comes back, and can pause while nobody looks. Derive from it where
/// the platform tells; by default a client knows nothing.
/// </summary>
public abstract class ClientEnvironment
{
    /// <summary>Nothing is known: always online, always visible.</summary>
    public static ClientEnvironment None { get; } = new Unknown();

    /// <summary>
    /// The platform's network changes, for programs on machines of people. Not for servers and containers, where a network that is only a
    /// tunnel or the machine itself counts as none.
    /// </summary>
    public static ClientEnvironment Network { get; } = new PlatformNetwork();

    /// <summary>Whether there may be a network.</summary>
    public abstract bool IsOnline { get; }

    /// <summary>Whether the program is in front of the person.</summary>
    public abstract bool IsVisible { get; }

    /// <summary>Tells of changes, from any thread, until the result is disposed.</summary>
    /// <param name="changed">Who is told.</param>
    public abstract IDisposable Listen(Action<EnvironmentChange> changed);

    private sealed class Unknown : ClientEnvironment, IDisposable
    {
        public override bool IsOnline => true;

        public override bool IsVisible => true;

        public override IDisposable Listen(Action<EnvironmentChange> changed) => this;

        public void Dispose()
        {
        }
    }

    private sealed class PlatformNetwork : ClientEnvironment
    {
        public override bool IsOnline => NetworkInterface.GetIsNetworkAvailable();

        public override bool IsVisible => true;

        public override IDisposable Listen(Action<EnvironmentChange> changed) => new Listener(changed);
    }

    private sealed class Listener : IDisposable
    {
        private readonly Action<EnvironmentChange> _changed;

        public Listener(Action<EnvironmentChange> changed)
        {
            _changed = changed;
            NetworkChange.NetworkAvailabilityChanged += OnAvailability;
            NetworkChange.NetworkAddressChanged += OnAddress;
        }

        public void Dispose()
        {
            NetworkChange.NetworkAvailabilityChanged -= OnAvailability;
            NetworkChange.NetworkAddressChanged -= OnAddress;
        }

        private void OnAvailability(object? sender, NetworkAvailabilityEventArgs e) =>
            _changed(e.IsAvailable ? EnvironmentChange.Online : EnvironmentChange.Offline);

        // Another network: what went over the old one may be dead.
        private void OnAddress(object? sender, EventArgs e) => _changed(EnvironmentChange.Wake);
    }
}
