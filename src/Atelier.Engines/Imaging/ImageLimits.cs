namespace Atelier.Engines.Imaging;

/// <summary>What is still decoded. Checked in the header, so that a bomb costs nothing.</summary>
public static class ImageLimits
{
    /// <summary>Pixels on the longer side: the side of a square of about twice <see cref="PixelsMax"/>.</summary>
    public const int SideMax = 14_142;

    /// <summary>Pixels in all.</summary>
    public const long PixelsMax = 100_000_000;

    /// <summary>Bytes of the file.</summary>
    public const long FileBytesMax = 100_000_000;
}
