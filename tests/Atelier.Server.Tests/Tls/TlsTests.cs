using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Atelier.Protocol;
using Atelier.Server.Hosting;
using Atelier.Server.Tls;
using Atelier.Tests.Server.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Tests.Server.Tls;

/// <summary>fal's own host names over TLS, with an authority that is good for nothing else.</summary>
public sealed class TlsTests : IDisposable
{
    readonly DataFolder _folder = DataFolder.Open(Directory.CreateTempSubdirectory("atelier-tls-").FullName);
    readonly ManualTime _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Each_of_fals_names_is_served_and_answers_name_it_with_its_port(string version)
    {
        await using var server = await TestServer.StartAsync(new() { ["tls"] = "true", ["tls_port"] = "0" });
        var port = new Uri(server.Urls.Last()).Port;
        using var http = Client(CertificateAuthority.FileIn(server.DataRoot));
        foreach (var name in FalHostNames.All)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{name}:{port}/nothing")
            {
                Version = new(version),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(version, answer.Version.ToString());
            Assert.NotEqual(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        }

        using var submit = new HttpRequestMessage(HttpMethod.Post, $"https://queue.fal.run:{port}/atelier/echo") { Content = JsonContent.Create("{}") };
        submit.Headers.TryAddWithoutValidation("Authorization", $"Key {server.Key}");
        using var ticket = await http.SendAsync(submit, TestContext.Current.CancellationToken);
        var text = await ticket.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith($"https://queue.fal.run:{port}/atelier/echo/requests/", JsonElement.Parse(text).GetProperty("response_url").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_of_fals_means_a_service() => Assert.All(FalHostNames.All, name => Assert.NotNull(FalHostNames.Find(name)));

    [Fact]
    public void The_authority_is_kept_and_its_key_is_the_owners_alone()
    {
        var first = Load(TimeSpan.Zero);
        var file = CertificateAuthority.FileIn(_folder.Root);
        var pem = File.ReadAllText(file);
        var second = Load(TimeSpan.Zero);

        Assert.True(first.IsNew);
        Assert.False(second.IsNew);
        Assert.Equal(pem, File.ReadAllText(file));
        Assert.Equal(_time.GetUtcNow().AddDays(365), first.End);
        var key = Path.Combine(_folder.Root, "tls", "ca-key.pem");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.DoesNotContain("PRIVATE", pem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_authority_stops_the_start_with_a_sentence()
    {
        Load(TimeSpan.Zero);
        File.WriteAllText(CertificateAuthority.FileIn(_folder.Root), "no certificate");

        var fault = Assert.Throws<ConfigurationException>(() => Load(TimeSpan.Zero));
        Assert.Contains("do not belong together", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_certificate_is_renewed_before_its_end_and_the_authority_before_a_month_is_left()
    {
        var certificate = NewCertificate();
        var first = Serial(certificate);
        _time.Advance(TimeSpan.FromDays(19));
        Assert.Equal(first, Serial(certificate));

        _time.Advance(TimeSpan.FromDays(2));
        var second = Serial(certificate);
        Assert.NotEqual(first, second);

        _time.Advance(TimeSpan.FromDays(320));
        var pem = File.ReadAllText(CertificateAuthority.FileIn(_folder.Root));
        _ = Serial(certificate);
        Assert.Equal(pem, File.ReadAllText(CertificateAuthority.FileIn(_folder.Root)));
        _ = NewCertificate();
        Assert.NotEqual(pem, File.ReadAllText(CertificateAuthority.FileIn(_folder.Root)));
    }

    [Theory]
    [InlineData("queue.fal.run", true)]
    [InlineData("localhost", true)]
    [InlineData("github.com", false)]
    [InlineData("evil-fal.run", false)]
    [InlineData("auth.fal.ai", false)]
    public void OpenSSL_takes_the_authority_for_fals_names_only(string name, bool isTaken)
    {
        Load(TimeSpan.Zero);
        var file = CertificateAuthority.FileIn(_folder.Root);
        using var authority = X509Certificate2.CreateFromPemFile(file, Path.Combine(_folder.Root, "tls", "ca-key.pem"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Any", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(authority, _time.GetUtcNow(), _time.GetUtcNow().AddDays(1), [1, 2, 3]);

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime.AddMinutes(1);

        Assert.Equal(isTaken, chain.Build(leaf));
    }

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(_folder.Root, recursive: true);
    }

    (bool IsNew, DateTimeOffset End) Load(TimeSpan left)
    {
        var (authority, isNew) = CertificateAuthority.LoadOrCreate(_folder, left, _time);
        using (authority)
        {
            return (isNew, authority.End);
        }
    }

    ServerCertificate NewCertificate() => new(_folder, _time, NullLogger<ServerCertificate>.Instance);

    static string Serial(ServerCertificate certificate) =>
        certificate.Current().ServerCertificateContext!.TargetCertificate.SerialNumber;

    /// <summary>A client as one on this machine would be set up: names lead to loopback, and only our authority is trusted.</summary>
    static HttpClient Client(string authority)
    {
        var root = X509Certificate2.CreateFromPem(File.ReadAllText(authority));
        return new(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new()
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { root },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
    }
}
