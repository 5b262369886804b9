using System.ComponentModel.DataAnnotations;

namespace Atelier.Server.Packs;

/// <summary>Where packs are kept and how patient their downloads are.</summary>
sealed class PackOptions
{
    public const string Section = "packs";

    /// <summary>
    /// The cache. Null: <c>ATELIER_PACKS</c>, else <c>$XDG_CACHE_HOME/atelier/packs</c>, else
    /// <c>~/.cache/atelier/packs</c>. Never in the data folder: weights can be had again, data cannot.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>The npm registry. Null: what npm itself would use.</summary>
    public string? Registry { get; set; }

    /// <value>Seconds without a byte, or to the first one, before a try is given up; 60.</value>
    [Range(1, 3600)]
    public int StallSeconds { get; set; } = 60;

    /// <value>Tries of one download in a row; 5. Each goes on where the one before stopped.</value>
    [Range(1, 100)]
    public int Tries { get; set; } = 5;

    /// <value>Seconds before the second try, doubled before each further one; 1.</value>
    [Range(0, 60)]
    public int RetrySeconds { get; set; } = 1;
}
