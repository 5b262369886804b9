using Atelier.Cli.Targets;

namespace Atelier.Cli.Commands;

/// <summary><c>atelier generate --add-fal-key [KEY]</c>: keeps a key of fal.ai for later commands.</summary>
static class FalKeyCommand
{
    public static int Store(CommandContext context, string? given)
    {
        if (given is null)
        {
            context.Terminal.Note("Paste the key of fal.ai (https://fal.ai/dashboard/keys), then Enter:");
            given = context.Host.In.ReadLine();
        }

        var key = given?.Trim() ?? "";
        if (key.Length is 0 || key.Any(c => c is <= ' ' or >= '\x7f'))
        {
            throw new CliException(ExitCode.Usage, "That is no key: a key is id:secret in one word.");
        }

        var path = new KeyStore(context.Host).StoreFalKey(key);
        context.Terminal.Note($"Stored in {path}; only you can read it. Use it with --server fal.");
        return ExitCode.Done;
    }
}
