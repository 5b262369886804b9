using System.CommandLine;

namespace Atelier.Cli.Generate;

/// <summary>The flags that make a model's input, shared by <c>generate</c> and <c>submit</c>.</summary>
sealed class InputFlags
{
    /// <summary>The model when none is named.</summary>
    public const string DefaultModel = "fal-ai/nano-banana-pro";

    public Option<string> Model { get; } = new("--model", "-m")
    {
        Description = "The endpoint id.",
        HelpName = "ID",
        DefaultValueFactory = _ => DefaultModel,
    };

    public Option<string> Path { get; } = new("--path") { Description = "A sub-path of the endpoint." };

    public Option<string> Input { get; } = new("--input", "-i")
    {
        Description = "The whole input as a JSON file; - is stdin. Flags go on top.",
        HelpName = "FILE",
    };

    public Option<string> ExtraJson { get; } = new("--extra-json")
    {
        Description = "Further fields of the input as a JSON object; sent unchecked.",
        HelpName = "JSON",
    };

    /// <summary>Flags that fill a field each.</summary>
    public IReadOnlyList<FieldFlag> Fields { get; } =
    [
        FieldFlag.New("--prompt", FlagKind.Text, "What to make; fills prompt, text or gen_text.",
            ["prompt", "text", "gen_text"], null, "-p"),
        FieldFlag.New("--text", FlagKind.Text, "What to say; fills text, gen_text or prompt.",
            ["text", "gen_text", "prompt"]),
        FieldFlag.New("--negative-prompt", FlagKind.Text, "What to avoid.", ["negative_prompt"]),
        FieldFlag.New("--image", FlagKind.Media, "A picture, local or by URL; fills image_url or image_urls.",
            ["image_url", "image_urls"], null, "--file", "--image-url"),
        FieldFlag.New("--video-url", FlagKind.Media, "A video, by URL or local.", ["video_url", "video_urls"]),
        FieldFlag.New("--audio-url", FlagKind.Media, "A sound, by URL or local.", ["audio_url", "audio_urls"]),
        FieldFlag.New("--size", FlagKind.Size, "square, portrait, landscape or a name of the model's own.",
            ["image_size"], "landscape_4_3"),
        FieldFlag.New("--aspect-ratio", FlagKind.Text, "16:9, 9:16, 1:1.", ["aspect_ratio"]),
        FieldFlag.New("--num-images", FlagKind.Number, "How many pictures.", ["num_images"], "1"),
        FieldFlag.New("--duration", FlagKind.Number, "Seconds of video or sound.", ["duration"]),
        FieldFlag.New("--seed", FlagKind.Number, "The same seed gives the same result.", ["seed"]),
        FieldFlag.New("--guidance-scale", FlagKind.Number, "How closely to follow the prompt.", ["guidance_scale"]),
        FieldFlag.New("--num-inference-steps", FlagKind.Number, "Steps.", ["num_inference_steps"]),
    ];

    /// <summary>Width and height go together: into two fields, or into <c>image_size</c>.</summary>
    public Option<int?> Width { get; } = new("--width") { Description = "Width in pixels.", HelpName = "N" };

    public Option<int?> Height { get; } = new("--height") { Description = "Height in pixels.", HelpName = "N" };

    public void AddTo(Command command)
    {
        command.Options.Add(Model);
        foreach (var flag in Fields)
        {
            command.Options.Add(flag.Option);
        }

        command.Options.Add(Width);
        command.Options.Add(Height);
        command.Options.Add(Input);
        command.Options.Add(ExtraJson);
        command.Options.Add(Path);
    }
}
