using System.Collections.Frozen;

namespace Atelier.Engines.Speech;

/// <summary>
/// The commonest words, in the phonetic alphabet, as running speech has them. They come before the dictionaries, which
/// list other forms of just these words: letters' names, archaic or dialect readings, stressed articles.
/// </summary>
static class FrequentWords
{
    // Word, American, British where it differs.
    const string Table = """
        a ɐ
        an ən
        the ðə
        of ʌv ɒv
        to tu tuː
        and ænd
        in ɪn
        is ɪz
        it ɪt
        you ju juː
        he hi hiː
        she ʃi ʃiː
        we wi wiː
        me mi miː
        be bi biː
        been bɪn biːn
        on ɑn ɒn
        at æt
        as æz
        am æm
        are ɑɹ ɑː
        was wʌz wɒz
        were wɜːɹ wɜː
        has hæz
        have hæv
        do du duː
        does dʌz
        with wɪð
        this ðɪs
        them ðɛm
        than ðæn
        from fɹʌm fɹɒm
        said sɛd
        says sɛz
        could kʊd
        would wʊd
        should ʃʊd
        who hu huː
        no noʊ nəʊ
        not nɑt nɒt
        any ɛni
        use juz juːz
        about əbaʊt
        their ðɛɹ ðɛə
        there ðɛɹ ðɛə
        our aʊɚ aʊə
        your jɔɹ jɔː
        """;

    static readonly FrozenDictionary<string, string> American = Read(column: 1);

    static readonly FrozenDictionary<string, string> British = Read(column: 2);

    /// <summary>A lower-case word's sounds, or null when it is not one of these.</summary>
    public static string? Find(string word, EnglishAccent accent) =>
        (accent == EnglishAccent.American ? American : British).GetValueOrDefault(word);

    static FrozenDictionary<string, string> Read(int column) => Table
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' '))
        .ToFrozenDictionary(words => words[0], words => words[Math.Min(column, words.Length - 1)]);
}
