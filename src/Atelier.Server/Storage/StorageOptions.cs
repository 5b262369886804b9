using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Storage;

/// <summary>Limits and lifetimes of kept files.</summary>
public sealed class StorageOptions
{
    public const string Section = "storage";

    /// <summary>The largest upload in one piece, in bytes.</summary>
    /// <value>Default: 10 GiB. fal's clients change to parts at 90 or 100 MiB.</value>
    [Range(0, long.MaxValue)]
    public long UploadMaxBytes { get; set; } = 10L << 30;

    /// <summary>The largest upload in parts, in bytes of all its parts.</summary>
    /// <value>Default: 100 GiB.</value>
    [Range(0, long.MaxValue)]
    public long MultipartMaxBytes { get; set; } = 100L << 30;

    /// <summary>The largest part, in bytes.</summary>
    /// <value>Default: 1 GiB. fal's clients send parts of 10 or 100 MiB.</value>
    [Range(1, long.MaxValue)]
    public long PartMaxBytes { get; set; } = 1L << 30;

    /// <summary>How long an upload in parts may take; what is not complete then is removed.</summary>
    /// <value>Default: 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan MultipartLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The largest file that an app may save, in bytes.</summary>
    /// <value>Default: 2 GiB.</value>
    [Range(0, long.MaxValue)]
    public long OutputMaxBytes { get; set; } = 2L << 30;

    /// <summary>How long files are kept whose caller says nothing.</summary>
    /// <value>Default: none, they stay.</value>
    [Range(typeof(TimeSpan), "00:00:01", "36500.00:00:00")]
    public TimeSpan? DefaultExpiration { get; set; }

    /// <summary>How long an upload may send nothing before it is ended.</summary>
    /// <value>Default: 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan UploadStallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often expired files and leftovers of broken uploads are removed from disk.</summary>
    /// <value>Default: 1 hour. An expired file is never served, swept or not.</value>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromHours(1);
}
