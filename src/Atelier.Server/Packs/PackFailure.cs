using Atelier.Server.Calls;

namespace Atelier.Server.Packs;

/// <summary>
/// Says why a pack cannot be had, in one sentence for whoever waits: which, how large, why, what to do.
/// </summary>
/// <remarks>
/// The sentence names no path and no address; those are in the inner exception, for the server's log.
/// </remarks>
static class PackFailure
{
    // ENOSPC and EDQUOT: what writes answer when the disk, or the user's share of it, is full.
    const int NoSpace = 28;
    const int QuotaUsed = 122;

    public static PackUnavailableException Unknown(string name) =>
        new($"There is no pack named {name}.");

    public static PackUnavailableException NotForPlatform(PackManifest pack, string platform) =>
        new($"The pack {pack.Name} has no files for this platform ({platform}).");

    public static PackUnavailableException Of(PackManifest pack, PackVariant variant, Exception error) => new(
        $"The pack {pack.Name} ({PackSize.Text(variant.DownloadBytes)}) could not be pulled: {Reason(error)}. "
            + $"To try again: atelier models pull {pack.Name}",
        error);

    static string Reason(Exception error) => error switch
    {
        PackTransferException or PackRefusedException or InvalidDataException => error.Message.TrimEnd('.'),
        IOException { HResult: NoSpace or QuotaUsed } => "there is no space left on the disk",
        UnauthorizedAccessException => "the server may not write to the folder of packs",
        _ => "the folder of packs cannot be written",
    };
}
