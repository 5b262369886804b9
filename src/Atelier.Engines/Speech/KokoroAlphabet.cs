using System.Collections.Frozen;
using System.Text;

namespace Atelier.Engines.Speech;

/// <summary>
/// From the International Phonetic Alphabet, as dictionaries write it, to the alphabet that Kokoro was trained on:
/// one letter for a diphthong or an affricate, no tie bars, American without length marks.
/// </summary>
/// <remarks>Source: the phoneme tables of misaki (Apache-2.0), Kokoro's own front end.</remarks>
static class KokoroAlphabet
{
    // Longest first within a start letter: the first that fits is taken.
    static readonly (string From, string To)[] Both =
    [
        ("d͡ʒ", "ʤ"), ("dʒ", "ʤ"), ("t͡ʃ", "ʧ"), ("tʃ", "ʧ"),
        ("eɪ", "A"), ("aɪ", "I"), ("aʊ", "W"), ("ɔɪ", "Y"),
        ("əl̩", "ᵊl"), ("l̩", "ᵊl"), ("n̩", "ᵊn"), ("m̩", "ᵊm"),
        ("ɫ", "l"), ("ʍ", "w"), ("r", "ɹ"), ("x", "k"), ("̯", ""), ("͡", ""), ("̩", ""),
    ];

    static readonly (string From, string To)[] AmericanOnly =
    [
        ("oʊ", "O"), ("əʊ", "O"), ("ɝ", "ɜɹ"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("oːɹ", "ɔɹ"), ("oɹ", "ɔɹ"),
        ("ɒ", "ɑ"), ("ː", ""), ("e", "ɛ"), ("a", "ɑ"), ("o", "O"),
    ];

    static readonly (string From, string To)[] BritishOnly =
    [
        ("əʊ", "Q"), ("oʊ", "Q"), ("eə", "ɛː"), ("ɛə", "ɛː"), ("ɝ", "ɜː"), ("ɚ", "ə"), ("æ", "a"), ("e", "ɛ"),
        ("oː", "ɔː"), ("o", "ɔ"),
    ];

    static readonly FrozenDictionary<char, (string From, string To)[]> American = ByStart(AmericanOnly);

    static readonly FrozenDictionary<char, (string From, string To)[]> British = ByStart(BritishOnly);

    /// <summary>One word.</summary>
    public static string Spell(string ipa, EnglishAccent accent)
    {
        var rules = accent == EnglishAccent.American ? American : British;
        var spelt = new StringBuilder(ipa.Length);
        for (var at = 0; at < ipa.Length;)
        {
            var (from, to) = Rule(rules, ipa.AsSpan(at));
            spelt.Append(to ?? ipa[at].ToString());
            at += from?.Length ?? 1;
        }

        return spelt.ToString();
    }

    static (string? From, string? To) Rule(
        FrozenDictionary<char, (string From, string To)[]> rules, ReadOnlySpan<char> rest)
    {
        if (rules.TryGetValue(rest[0], out var candidates))
        {
            foreach (var rule in candidates)
            {
                if (rest.StartsWith(rule.From, StringComparison.Ordinal))
                {
                    return rule;
                }
            }
        }

        return default;
    }

    static FrozenDictionary<char, (string From, string To)[]> ByStart((string From, string To)[] own) =>
        Both.Concat(own)
            .GroupBy(rule => rule.From[0])
            .ToFrozenDictionary(rules => rules.Key, rules => rules.OrderByDescending(r => r.From.Length).ToArray());
}
