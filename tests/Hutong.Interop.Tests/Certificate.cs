using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hutong.Interop;

/// <summary>A certificate for this machine that nobody signed but itself: peers are told to trust it, and it alone.</summary>
internal sealed class Certificate
{
    public static Certificate Own { get; } = new();

    private Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Hutong tests", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        Value = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));

        PemFile = Write("certificate.pem", Value.ExportCertificatePem());
        KeyFile = Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        BothFile = Write("both.pem", Value.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        PublicKeyHash = Convert.ToBase64String(SHA256.HashData(request.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>The certificate with its private key.</summary>
    public X509Certificate2 Value { get; }

    /// <summary>The certificate in a file.</summary>
    public string PemFile { get; }

    /// <summary>The private key in a file.</summary>
    public string KeyFile { get; }

    /// <summary>Certificate and private key in one file.</summary>
    public string BothFile { get; }

    /// <summary>What browsers pin.</summary>
    public string PublicKeyHash { get; }

    /// <summary>TLS for a client of ours: names and dates are checked, and this certificate is the only root.</summary>
    public SslClientAuthenticationOptions ForClient(string host) => new()
    {
        TargetHost = host,
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509CertificateLoader.LoadCertificate(Value.RawData) },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    private static string Write(string name, string text)
    {
        string file = Path.Combine(Peer.Scratch, name);
        File.WriteAllText(file, text);
        return file;
    }
}
