using Atelier.Engines.Imaging;
using Atelier.Engines.Onnx;
using Atelier.Engines.Speech;

namespace Atelier.Tests;

/// <summary>Engines that several tests share, each loaded when first used.</summary>
static class Natives
{
    static readonly Lazy<Phonemizer> Words = new(() =>
    {
        LoadOnnx();
        return Phonemizer.Load(
            Packs.File("g2p-en", "g2p.onnx"), Packs.File("g2p-en", "g2p-tokenizer.json"),
            Packs.File("g2p-en", "en_us.json"), Packs.File("g2p-en", "en_uk.json"), Environment.ProcessorCount);
    });

    static readonly Lazy<KokoroSynthesizer> Speech = new(() =>
    {
        LoadOnnx();
        return KokoroSynthesizer.Load(
            Packs.File("kokoro", "kokoro.onnx"), Packs.File("kokoro", "tokenizer.json"), Environment.ProcessorCount);
    });

    public static Phonemizer Phonemizer => Words.Value;

    public static KokoroSynthesizer Kokoro => Speech.Value;

    public static void LoadOnnx() => OnnxRuntime.Load(Packs.File("onnxruntime", "libonnxruntime.so.1"));

    public static void LoadVips() => Vips.Load(Packs.File("libvips", "libvips-cpp.so"));

    public static KokoroVoice Voice(string name) => KokoroVoice.Load(Packs.File("kokoro", "voices", name + ".bin"));
}
