namespace Atelier.Engines.Imaging;

/// <summary>How new pixels are made of old ones.</summary>
public enum ResizeKernel
{
    /// <summary>The nearest: hard edges.</summary>
    Nearest,

    /// <summary>Two neighbours a side: soft.</summary>
    Linear,

    /// <summary>Catmull-Rom.</summary>
    Cubic,

    /// <summary>Six neighbours a side: the sharpest, and what PIL calls LANCZOS.</summary>
    Lanczos3,
}
