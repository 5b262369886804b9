using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Atelier.Apps;
using Atelier.Engines.Audio;
using Atelier.Engines.Onnx;
using Atelier.Engines.Speech;

namespace Atelier.Models;

/// <summary>fal-ai/kokoro: English text to speech, 20 American and 8 British voices.</summary>
[App("fal-ai/kokoro", Packs = ["onnxruntime", "g2p-en", "kokoro"])]
public sealed class Kokoro : App
{
    const string Weights = "Kokoro-82M v1.0; q8; kokoro@1";

    string _voices = "";
    Phonemizer? _phonemizer;
    KokoroSynthesizer? _synthesizer;

    public override async Task SetupAsync(AppSetup setup, CancellationToken cancellationToken)
    {
        var (words, model) = (setup.Pack("g2p-en"), setup.Pack("kokoro"));
        _voices = Path.Combine(model, "voices");
        await Inference.RunAsync(
            () =>
            {
                OnnxRuntime.Load(Path.Combine(setup.Pack("onnxruntime"), "libonnxruntime.so.1"));
                _phonemizer = Phonemizer.Load(
                    Path.Combine(words, "g2p.onnx"), Path.Combine(words, "g2p-tokenizer.json"),
                    Path.Combine(words, "en_us.json"), Path.Combine(words, "en_uk.json"), Inference.Threads);
                _synthesizer = KokoroSynthesizer.Load(
                    Path.Combine(model, "kokoro.onnx"), Path.Combine(model, "tokenizer.json"), Inference.Threads);
                return 0;
            },
            cancellationToken);
    }

    public override Task TeardownAsync()
    {
        _phonemizer?.Dispose();
        _synthesizer?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>American English.</summary>
    public sealed record AmericanInput
    {
        [Description("The text to speak.")]
        [StringLength(PromptMax, MinimumLength = 1)]
        public required string Prompt { get; init; }

        [Description("Who speaks: af are women, am are men.")]
        [AllowedValues(
            "af_heart", "af_alloy", "af_aoede", "af_bella", "af_jessica", "af_kore", "af_nicole", "af_nova",
            "af_river", "af_sarah", "af_sky", "am_adam", "am_echo", "am_eric", "am_fenrir", "am_liam", "am_michael",
            "am_onyx", "am_puck", "am_santa")]
        public string Voice { get; init; } = "af_heart";

        [Description("How fast; 1 is natural.")]
        [Range(0.1, 5.0)]
        public double Speed { get; init; } = 1;
    }

    /// <summary>British English.</summary>
    public sealed record BritishInput
    {
        [Description("The text to speak.")]
        [StringLength(PromptMax, MinimumLength = 1)]
        public required string Prompt { get; init; }

        [Description("Who speaks: bf are women, bm are men.")]
        [AllowedValues(
            "bf_alice", "bf_emma", "bf_isabella", "bf_lily", "bm_daniel", "bm_fable", "bm_george", "bm_lewis")]
        public string Voice { get; init; } = "bf_alice";

        [Description("How fast; 1 is natural.")]
        [Range(0.1, 5.0)]
        public double Speed { get; init; } = 1;
    }

    /// <summary>What was spoken.</summary>
    /// <param name="Audio">WAV: 24 kHz, one channel, 16 bit.</param>
    public sealed record Output(FileOutput Audio);

    // About an hour of speech; a sentence to the caller rather than a request that seems to hang.
    internal const int PromptMax = 50_000;

    [Endpoint("/american-english", Title = "Kokoro TTS (American English)", Category = "text-to-speech",
        Description = "Speaks American English in 20 voices.", Fidelity = "exact", Model = Weights,
        Card = "Kokoro.md")]
    public Task<Output> AmericanAsync(AmericanInput input, Call call, CancellationToken cancellationToken) =>
        SpeakAsync(input.Prompt, EnglishAccent.American, input.Voice, input.Speed, call, cancellationToken);

    [Endpoint("/british-english", Title = "Kokoro TTS (British English)", Category = "text-to-speech",
        Description = "Speaks British English in 8 voices.", Fidelity = "exact", Model = Weights,
        Card = "Kokoro.md")]
    public Task<Output> BritishAsync(BritishInput input, Call call, CancellationToken cancellationToken) =>
        SpeakAsync(input.Prompt, EnglishAccent.British, input.Voice, input.Speed, call, cancellationToken);

    async Task<Output> SpeakAsync(
        string prompt, EnglishAccent accent, string voice, double speed, Call call,
        CancellationToken cancellationToken)
    {
        var samples = await Inference.RunAsync(
            () => _synthesizer!.Speak(
                _phonemizer!.Phonemize(prompt, accent, cancellationToken),
                KokoroVoice.Load(Path.Combine(_voices, voice + ".bin")),
                (float)speed,
                (piece, pieces) => call.Log($"piece {piece}/{pieces}"),
                cancellationToken),
            cancellationToken);
        if (samples.Length == 0)
        {
            throw new FieldException("prompt", "Value error, There is no English word in the prompt to speak.");
        }

        var wav = WavWriter.Write(samples, KokoroSynthesizer.SampleRate);
        return new(await call.SaveAsync(wav, "audio/wav", "speech.wav", cancellationToken));
    }
}
