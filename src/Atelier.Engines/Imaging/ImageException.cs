namespace Atelier.Engines.Imaging;

/// <summary>Why a picture was refused; each is one of fal's error types.</summary>
public enum ImageFault
{
    /// <summary>Not a picture, or one that breaks off or is damaged: <c>image_load_error</c>.</summary>
    Unreadable,

    /// <summary>A picture in a format that is not read: <c>unsupported_image_format</c>.</summary>
    UnsupportedFormat,

    /// <summary>More pixels than are decoded: <c>image_too_large</c>.</summary>
    TooLarge,
}

/// <summary>A picture that cannot be used; the message is a sentence for the caller.</summary>
public sealed class ImageException(ImageFault fault, string message) : Exception(message)
{
    public ImageFault Fault { get; } = fault;
}
