using System.Text;
using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>One model of each kind that the AI SDK calls; what it answers is real enough to be fetched.</summary>
[App("fal-ai/media")]
public sealed class Media(TimeProvider time) : App
{
    // A picture of one pixel.
    static readonly byte[] Pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    // Longer than the first poll takes.
    static readonly TimeSpan Work = TimeSpan.FromMilliseconds(300);

    public Media()
        : this(TimeProvider.System)
    {
    }

    public override int MaxMultiplexing => 32;

    [Endpoint("/image", Category = "text-to-image")]
    public static async Task<MediaImages> ImageAsync(PictureInput input, Call call, CancellationToken cancellationToken) => new(
        [await call.SaveImageAsync(Pixel, "image/png", "pixel.png", 1, 1, cancellationToken)], [false], input.Prompt);

    [Endpoint("/speech", Category = "text-to-speech")]
    public static async Task<MediaAudio> SpeechAsync(SpeechInput input, Call call, CancellationToken cancellationToken) => new(
        await call.SaveAsync(Encoding.UTF8.GetBytes(input.Text), "audio/mpeg", "speech.mp3", cancellationToken));

    [Endpoint("/transcribe", Category = "speech-to-text")]
    public async Task<MediaText> TranscribeAsync(TranscribeInput input, Call call, CancellationToken cancellationToken)
    {
        await Task.Delay(Work, time, cancellationToken);
        var audio = await call.FetchAsync("audio_url", input.AudioUrl, 1 << 20, cancellationToken);
        return new(Encoding.UTF8.GetString(audio.Span), [new("all of it", [0, 1.5])], ["en"]);
    }

    [Endpoint("/video", Category = "text-to-video")]
    public async Task<MediaVideo> VideoAsync(PictureInput input, Call call, CancellationToken cancellationToken)
    {
        await Task.Delay(Work, time, cancellationToken);
        return new(await call.SaveAsync(new byte[] { 0, 0, 0, 1 }, "video/mp4", "clip.mp4", cancellationToken), 7);
    }
}

/// <summary>What to say.</summary>
public sealed record SpeechInput
{
    public required string Text { get; init; }
}

/// <summary>What to write down.</summary>
public sealed record TranscribeInput
{
    public required string AudioUrl { get; init; }
}

/// <summary>Pictures, as picture models answer them.</summary>
public sealed record MediaImages(IReadOnlyList<ImageOutput> Images, IReadOnlyList<bool> HasNsfwConcepts, string? Prompt);

/// <summary>Speech.</summary>
public sealed record MediaAudio(FileOutput Audio);

/// <summary>A transcript.</summary>
public sealed record MediaText(string Text, IReadOnlyList<MediaChunk> Chunks, IReadOnlyList<string> InferredLanguages);

/// <summary>A part of a transcript, with its begin and end in seconds.</summary>
public sealed record MediaChunk(string Text, IReadOnlyList<double> Timestamp);

/// <summary>A film.</summary>
public sealed record MediaVideo(FileOutput Video, int Seed);
