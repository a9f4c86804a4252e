namespace Hutong.Client.Managed;

internal sealed class FakeEnvironment : ClientEnvironment
{
    private Action<EnvironmentChange>? _changed;

    public bool Online { get; set; } = true;

    public bool Visible { get; set; } = true;

    public bool HasListener => _changed is not null;

    public override bool IsOnline => Online;

    public override bool IsVisible => Visible;

    public override IDisposable Listen(Action<EnvironmentChange> changed)
    {
        _changed = changed;
        return new Ender(this);
    }

    public void Tell(EnvironmentChange what)
    {
        (Online, Visible) = what switch
        {
            EnvironmentChange.Online => (true, Visible),
            EnvironmentChange.Offline => (false, Visible),
            EnvironmentChange.Visible => (Online, true),
            EnvironmentChange.Hidden => (Online, false),
            _ => (Online, Visible),
        };
        _changed?.Invoke(what);
    }

    private sealed class Ender(FakeEnvironment owner) : IDisposable
    {
        public void Dispose() => owner._changed = null;
    }
}
