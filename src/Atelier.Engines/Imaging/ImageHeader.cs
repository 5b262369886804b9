namespace Atelier.Engines.Imaging;

/// <summary>What a file says of its picture before a pixel is decoded; the first page of several.</summary>
/// <param name="Format">By the file's first bytes.</param>
/// <param name="Width">Pixels, before any rotation that the file asks for.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Bands">Values a pixel: 3 for RGB, 4 with alpha or for CMYK.</param>
public sealed record ImageHeader(ImageFormat Format, int Width, int Height, int Bands);
