using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Atelier.Protocol;
using Atelier.Server.Hosting;

namespace Atelier.Server.Tls;

/// <summary>
/// The certificate authority of one data folder: made once, valid for a year, trusted by those clients alone that are
/// told to. It is never installed anywhere, and cannot sign for other hosts than fal's and this machine's.
/// </summary>
/// <remarks><c>tls/ca.pem</c> is what clients get; <c>tls/ca-key.pem</c> (0600) leaves the folder never.</remarks>
sealed class CertificateAuthority : IDisposable
{
    const string Folder = "tls";

    static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    // Clients' clocks may be behind ours.
    static readonly TimeSpan Backdate = TimeSpan.FromHours(1);

    static readonly IPNetwork[] Loopback = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    readonly X509Certificate2 _certificate;

    CertificateAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>The end of its validity.</summary>
    public DateTimeOffset End => _certificate.NotAfter;

    /// <summary>What clients are told to trust.</summary>
    public static string FileIn(string dataFolder) => Path.Combine(dataFolder, Folder, "ca.pem");

    /// <summary>The authority of the folder, or a new one when there is none, or one with less than <paramref name="left"/> to go.</summary>
    /// <param name="left">How long it must be good for.</param>
    /// <exception cref="ConfigurationException">Its files are there and are damaged.</exception>
    public static (CertificateAuthority Authority, bool IsNew) LoadOrCreate(DataFolder folder, TimeSpan left, TimeProvider time)
    {
        var (file, keyFile) = (FileIn(folder.Root), Path.Combine(folder.Sub(Folder), "ca-key.pem"));
        if (File.Exists(file) && File.Exists(keyFile))
        {
            var known = Load(file, keyFile);
            if (known.End - left > time.GetUtcNow())
            {
                return (known, false);
            }

            known.Dispose();
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = Create(key, time.GetUtcNow());
        PrivateFile.Write(keyFile, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        PrivateFile.Write(file, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));
        return (new(certificate), true);
    }

    /// <summary>A certificate for all names of <see cref="FalHostNames"/> and for loopback, with a key of its own.</summary>
    /// <param name="end">When it ends; it never outlives the authority.</param>
    public X509Certificate2 Issue(DateTimeOffset now, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Atelier server", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(Names());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        var start = Later(now - Backdate, _certificate.NotBefore);
        using var issued = request.Create(_certificate, start, end < End ? end : End, RandomNumberGenerator.GetBytes(16));
        return issued.CopyWithPrivateKey(key);
    }

    public void Dispose() => _certificate.Dispose();

    static CertificateAuthority Load(string file, string keyFile)
    {
        try
        {
            return new(X509Certificate2.CreateFromPemFile(file, keyFile));
        }
        catch (CryptographicException)
        {
            throw new ConfigurationException(
                $"{file} and the key beside it do not belong together. Remove the folder to have new ones made, and give clients the new ca.pem.");
        }
    }

    static X509Certificate2 Create(ECDsa key, DateTimeOffset now)
    {
        // A name of its own: a client that has an older authority too must not take one for the other.
        var name = $"CN=Atelier private CA {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        // fal's login stays fal's own, though it lies below fal.ai.
        request.CertificateExtensions.Add(NameConstraints.Create([.. FalHostNames.All, "localhost"], ["auth.fal.ai"], Loopback));
        return request.CreateSelfSigned(now - Backdate, now + Lifetime);
    }

    static X509Extension Names()
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in FalHostNames.All)
        {
            names.AddDnsName(name);
        }

        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        return names.Build();
    }

    static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
