using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Atelier.Engines.Speech;

/// <summary>English text to Kokoro's phonemes: a dictionary first, a net for the words that it lacks.</summary>
/// <remarks>Punctuation stays, since the voice follows it. Safe to call from many threads.</remarks>
public sealed partial class Phonemizer : IDisposable
{
    // A longer run of capitals is a word that is shouted, not an abbreviation that is spelt.
    const int AbbreviationLettersMax = 5;

    static readonly string[] LetterNames =
    [
        "eɪ", "biː", "siː", "diː", "iː", "ɛf", "dʒiː", "eɪtʃ", "aɪ", "dʒeɪ", "keɪ", "ɛl", "ɛm", "ɛn", "oʊ", "piː",
        "kjuː", "ɑːɹ", "ɛs", "tiː", "juː", "viː", "dʌbəljuː", "ɛks", "waɪ", "ziː",
    ];

    readonly GraphemeNet _net;
    readonly Dictionary<EnglishAccent, Lazy<Dictionary<string, string>>> _dictionaries;

    Phonemizer(GraphemeNet net, Dictionary<EnglishAccent, Lazy<Dictionary<string, string>>> dictionaries) =>
        (_net, _dictionaries) = (net, dictionaries);

    /// <summary>Loads the net; a dictionary is loaded when its accent is first spoken.</summary>
    /// <param name="modelPath">DeepPhonemizer as ONNX.</param>
    /// <param name="symbolsPath">Its letters and sounds.</param>
    /// <param name="americanPath">JSON: lower-case word to its sounds in the phonetic alphabet.</param>
    /// <param name="britishPath">The same for British English, without r after vowels.</param>
    /// <param name="threads">For one run of the net.</param>
    public static Phonemizer Load(
        string modelPath, string symbolsPath, string americanPath, string britishPath, int threads) => new(
            GraphemeNet.Load(modelPath, symbolsPath, threads),
            new()
            {
                [EnglishAccent.American] = new(() => ReadDictionary(americanPath)),
                [EnglishAccent.British] = new(() => ReadDictionary(britishPath)),
            });

    static Dictionary<string, string> ReadDictionary(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => entry.Value.GetString() ?? "", StringComparer.Ordinal);
    }

    /// <summary>The whole text; words parted by spaces, punctuation attached to the word before it.</summary>
    public string Phonemize(string text, EnglishAccent accent, CancellationToken cancellationToken)
    {
        var dictionary = _dictionaries[accent].Value;
        string Sounds(string token) => Word(token, dictionary, accent, cancellationToken);

        var tokens = Token().Matches(EnglishText.Spoken(text)).Select(match => match.Value).ToArray();
        var phonemes = new StringBuilder();
        for (var index = 0; index < tokens.Length; index++)
        {
            var token = tokens[index];
            if (!char.IsLetter(token[0]) && token[0] != '\'')
            {
                AppendMark(phonemes, token[0]);
                continue;
            }

            var sounds = Sounds(token);
            if (token.Equals("the", StringComparison.OrdinalIgnoreCase) && index + 1 < tokens.Length
                && StartsWithVowel(Sounds(tokens[index + 1])))
            {
                sounds = "ði";
            }

            if (sounds.Length > 0)
            {
                var open = phonemes.Length == 0 || phonemes[^1] is ' ' or '(' or '“';
                phonemes.Append(open ? "" : " ").Append(sounds);
            }
        }

        var spoken = phonemes.ToString().Trim();

        // British dictionaries write some r's that are heard only before a vowel, within a word or across two.
        return accent == EnglishAccent.British ? SilentR().Replace(spoken, "") : spoken;
    }

    string Word(
        string token, Dictionary<string, string> dictionary, EnglishAccent accent, CancellationToken cancellationToken)
    {
        var word = token.ToLowerInvariant();
        if (!dictionary.ContainsKey(word))
        {
            // Quotation marks, unless the dictionary knows the word with them: 'em, dogs'.
            word = word.Trim('\'');
        }

        if ((FrequentWords.Find(word, accent) ?? dictionary.GetValueOrDefault(word)) is { } ipa)
        {
            return KokoroAlphabet.Spell(ipa, accent);
        }

        if (word.EndsWith("'s", StringComparison.Ordinal))
        {
            var owner = Word(token.Trim('\'')[..^2], dictionary, accent, cancellationToken);
            return owner + PossessiveEnding(owner);
        }

        if (IsAbbreviation(token))
        {
            return string.Join(' ', word.Select(letter => KokoroAlphabet.Spell(LetterName(letter, accent), accent)));
        }

        var language = accent == EnglishAccent.American ? "en_us" : "en_uk";
        return KokoroAlphabet.Spell(_net.Pronounce(word, language, cancellationToken), accent);
    }

    // The dictionaries list some letters by their sound ("x" as in "ox"), not by their name.
    static string LetterName(char letter, EnglishAccent accent) =>
        letter == 'z' && accent == EnglishAccent.British ? "zɛd" : LetterNames[letter - 'a'];

    static bool IsAbbreviation(string token) =>
        token.Length is > 1 and <= AbbreviationLettersMax && token.All(char.IsAsciiLetterUpper);

    static string PossessiveEnding(string owner) => owner switch
    {
        [.., 's' or 'z' or 'ʃ' or 'ʒ' or 'ʧ' or 'ʤ'] => "ɪz",
        [.., 'p' or 't' or 'k' or 'f' or 'θ'] => "s",
        _ => "z",
    };

    static bool StartsWithVowel(string sounds) => sounds is ['A' or 'I' or 'O' or 'Q' or 'W' or 'Y' or 'a' or 'i' or 'u'
        or 'æ' or 'ɑ' or 'ɒ' or 'ɔ' or 'ə' or 'ɛ' or 'ɜ' or 'ɪ' or 'ʊ' or 'ʌ' or 'ɐ', ..];

    static void AppendMark(StringBuilder phonemes, char mark)
    {
        switch (mark)
        {
            case '-' or '_' or '/' or '\\':
                break;   // Parts words without a pause.
            case '–' or '—':
                phonemes.Append('—');
                break;
            case '(' or '“' or '[':
                phonemes.Append(phonemes.Length > 0 ? " " : "").Append(mark == '“' ? '“' : '(');
                break;
            case ']':
                phonemes.Append(')');
                break;
            default:
                phonemes.Append(mark);
                break;
        }
    }

    public void Dispose() => _net.Dispose();

    [GeneratedRegex("ɹ(?!j| ?[AIQWYaeiouɑɒɔəɛɜɪʊʌɐᵊ])")]
    private static partial Regex SilentR();

    // A word, or one mark.
    [GeneratedRegex(@"'?[\p{L}\p{M}][\p{L}\p{M}']*|[^\s\p{L}\p{M}]")]
    private static partial Regex Token();
}
