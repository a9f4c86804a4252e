using System.Net;
using System.Net.Sockets;

namespace Hutong.Interop;

/// <summary>A real proxy before a server of ours: one plain port and one that ends TLS.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;

    private Proxy(ChildProcess process, int plainPort, int securePort)
    {
        _process = process;
        PlainPort = plainPort;
        SecurePort = securePort;
    }

    public int PlainPort { get; }

    public int SecurePort { get; }

    public static Task<Proxy> StartNginxAsync(int serverPort)
    {
        string program = Peer.Require("nginx");
        return StartAsync("nginx", file => [program, "-e", "stderr", "-p", Peer.Scratch, "-c", file], (plain, secure) => $$"""
            daemon off;
            master_process off;
            pid nginx-{{plain}}.pid;
            error_log stderr error;
            events {}
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              server {
                listen 127.0.0.1:{{plain}};
                listen 127.0.0.1:{{secure}} ssl;
                ssl_certificate {{Certificate.Own.PemFile}};
                ssl_certificate_key {{Certificate.Own.KeyFile}};
                location / {
                  proxy_pass http://127.0.0.1:{{serverPort}};
                  proxy_http_version 1.1;
                  proxy_set_header Upgrade $http_upgrade;
                  proxy_set_header Connection "upgrade";
                  proxy_set_header Host 127.0.0.1;
                  proxy_set_header X-Forwarded-For $remote_addr;
                  proxy_set_header X-Forwarded-Proto $scheme;
                  proxy_set_header X-Forwarded-Host $http_host;
                }
              }
            }
            """);
    }

    /// <summary>
    /// HTTP/1.1 only: haproxy 2.6 resets one HTTP/2 stream in twenty when a server closes right after its close frame, whatever the server.
    /// </summary>
    public static Task<Proxy> StartHaproxyAsync(int serverPort)
    {
        string program = Peer.Require("haproxy");
        return StartAsync("haproxy", file => [program, "-db", "-q", "-f", file], (plain, secure) => $"""
            defaults
              mode http
              timeout connect 5s
              timeout client 60s
              timeout server 60s
              timeout tunnel 60s
              option forwardfor
            frontend both
              bind 127.0.0.1:{plain}
              bind 127.0.0.1:{secure} ssl crt {Certificate.Own.BothFile} alpn http/1.1
              http-request set-header X-Forwarded-Proto https if {"{ ssl_fc }"}
              default_backend server
            backend server
              server one 127.0.0.1:{serverPort}
            """);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<Proxy> StartAsync(string name, Func<string, string[]> command, Func<int, int, string> configure)
    {
        int plain = Ports.Reserve();
        int secure = Ports.Reserve();
        string file = Path.Combine(Peer.Scratch, $"{name}-{plain}.conf");
        await File.WriteAllTextAsync(file, configure(plain, secure) + "\n");
        var process = ChildProcess.Start(command(file));
        if (await ListensAsync(process, plain) && await ListensAsync(process, secure))
            return new Proxy(process, plain, secure);
        await process.DisposeAsync();
        throw new InvalidOperationException($"{name} does not listen:\n{process.Output}");
    }

    private static async Task<bool> ListensAsync(ChildProcess process, int port)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!process.HasExited && !late.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, late.Token);
                return !process.HasExited;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                await Task.Delay(50);
            }
        }

        return false;
    }
}
