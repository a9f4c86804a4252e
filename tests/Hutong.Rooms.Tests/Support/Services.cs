using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Rooms.Support;

/// <summary>As much of a container as a handler needs: one service for each scope.</summary>
internal sealed class Services : IServiceProvider, IServiceScopeFactory
{
    public object? GetService(Type serviceType) => serviceType == typeof(IServiceScopeFactory) ? this : null;

    public IServiceScope CreateScope() => new Scope();

    private sealed class Scope : IServiceScope, IServiceProvider
    {
        private Service? _service;

        public IServiceProvider ServiceProvider => this;

        public object? GetService(Type serviceType) => serviceType == typeof(Service) ? _service ??= new Service() : null;

        public void Dispose()
        {
            if (_service is not null)
                _service.IsDisposed = true;
        }
    }
}

internal sealed class Service
{
    public bool IsDisposed { get; set; }
}
