using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using Atelier.Server.Hosting;

namespace Atelier.Server.Tls;

/// <summary>
/// The certificate that connections get. Its key is in memory only; it is good for a month and replaced, between two
/// handshakes, when two thirds of that are over.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
sealed partial class ServerCertificate
{
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    // At a start a month is asked for, so that an authority ends while nobody needs it; later, what a renewal needs.
    static readonly TimeSpan AuthorityLeftAtStart = TimeSpan.FromDays(30);
    static readonly TimeSpan AuthorityLeft = TimeSpan.FromDays(1);

    readonly DataFolder _folder;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Lock _renewing = new();

    // Written under _renewing; read by every handshake.
    volatile Issued _issued;

    public ServerCertificate(DataFolder folder, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        (_folder, _time, _logger) = (folder, time, logger);
        _issued = Renew(AuthorityLeftAtStart);
    }

    /// <summary>For the next handshake.</summary>
    public SslServerAuthenticationOptions Current()
    {
        if (_time.GetUtcNow() < _issued.RenewAt)
        {
            return _issued.Options;
        }

        lock (_renewing)
        {
            if (_time.GetUtcNow() >= _issued.RenewAt)
            {
                _issued = Renew(AuthorityLeft);
            }

            return _issued.Options;
        }
    }

    Issued Renew(TimeSpan authorityLeft)
    {
        var now = _time.GetUtcNow();
        var (authority, isNew) = CertificateAuthority.LoadOrCreate(_folder, authorityLeft, _time);
        using (authority)
        {
            if (isNew)
            {
                Log.NewAuthority(_logger, CertificateAuthority.FileIn(_folder.Root), authority.End);
            }

            var certificate = authority.Issue(now, now + Lifetime);
            var renewAt = now + (((DateTimeOffset)certificate.NotAfter - now) * (2.0 / 3));
            var options = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            };
            return new(options, renewAt);
        }
    }

    sealed record Issued(SslServerAuthenticationOptions Options, DateTimeOffset RenewAt);

    static partial class Log
    {
        [LoggerMessage(
            2001, LogLevel.Information, "A new certificate authority is in {File}, good until {End:u}. `atelier env` tells how clients come to trust it.")]
        public static partial void NewAuthority(ILogger logger, string file, DateTimeOffset end);
    }
}
