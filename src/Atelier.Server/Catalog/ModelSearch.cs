namespace Atelier.Server.Catalog;

/// <summary>Finds models by what a query asks for, and puts those first that fit its words best.</summary>
sealed class ModelSearch(ModelList models, Availability availability)
{
    // What a word is worth, by the best place where it stands: a name says more than a description, a whole word more
    // than a part.
    const int WholeInName = 50;
    const int StartOfName = 30;
    const int Tag = 20;
    const int PartOfName = 15;
    const int Category = 10;
    const int WholeInText = 8;
    const int PartOfText = 4;

    // What all words together are worth when they follow one another: as the whole name, or within it.
    const int AllOfName = 1000;
    const int InName = 200;

    // A word is worth tenths more than the difference that the length of an id makes.
    const int WordWeight = 10;
    const int ShortIdMax = 20;

    /// <summary>All that a query means: in the list's order, or the best first when it has words.</summary>
    public IReadOnlyList<CatalogModel> Find(ModelQuery query)
    {
        if (query.Ids.Count > 0)
        {
            return [.. models.All.Where(model =>
                query.Ids.Contains(model.Id) && Fits(model, query) && Score(model, query.Words) > 0)];
        }

        var found = models.All.Where(model => !model.IsDiagnostic && model.IsDeprecated == query.Deprecated && Fits(model, query));
        return query.Words.Count is 0
            ? [.. found]
            : [.. found.Select(model => (Model: model, Score: Score(model, query.Words))).Where(pair => pair.Score > 0)
                .OrderByDescending(pair => pair.Score).Select(pair => pair.Model)];
    }

    bool Fits(CatalogModel model, ModelQuery query) =>
        (query.Category is null || model.IsIn(query.Category)) &&
        (query.Availability.Count is 0 || query.Availability.Contains(availability.Of(model)));

    /// <summary>How well a model fits; 0 when it lacks one of the words.</summary>
    public static int Score(CatalogModel model, IReadOnlyList<string> words)
    {
        // Of two models that fit alike, the one with the shorter id is the one that the words name.
        var sum = Math.Max(1, ShortIdMax - model.Id.Count(c => c is '/' or '-' or '.'));
        foreach (var word in words)
        {
            var score = Math.Max(Math.Max(Name(model.Id, word), Name(model.Title, word)), Rest(model, word));
            if (score is 0)
            {
                return 0;
            }

            sum += score * WordWeight;
        }

        var alias = model.Id[(model.Id.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return words.Count is 0 ? sum : sum + Math.Max(Phrase(Plain(alias), words), Phrase(Plain(model.Title), words));
    }

    static int Phrase(string name, IReadOnlyList<string> words)
    {
        var phrase = Plain(string.Join(' ', words));
        return name.Equals(phrase, StringComparison.OrdinalIgnoreCase) ? AllOfName
            : Name(name, phrase) is WholeInName ? InName
            : 0;
    }

    // Words with one blank between them, whatever else is between them in an id or a title.
    static string Plain(string name) =>
        string.Join(' ', name.Split(['/', '-', '_', '.', ' ', '[', ']', '(', ')'], StringSplitOptions.RemoveEmptyEntries));

    static int Name(string name, string word)
    {
        var best = 0;
        for (var at = Next(name, word, 0); at >= 0; at = Next(name, word, at + 1))
        {
            var starts = at is 0 || !char.IsLetterOrDigit(name[at - 1]);
            var ends = at + word.Length == name.Length || !char.IsLetterOrDigit(name[at + word.Length]);
            best = Math.Max(best, starts ? (ends ? WholeInName : StartOfName) : PartOfName);
        }

        return best;
    }

    static int Rest(CatalogModel model, string word) =>
        model.Tags.Any(tag => tag.Contains(word, StringComparison.OrdinalIgnoreCase)) ? Tag
        : model.Category.Contains(word, StringComparison.OrdinalIgnoreCase) ? Category
        : Name(model.Description, word) switch
        {
            0 => 0,
            WholeInName => WholeInText,
            _ => PartOfText,
        };

    static int Next(string text, string word, int from) =>
        from >= text.Length ? -1 : text.IndexOf(word, from, StringComparison.OrdinalIgnoreCase);
}
