namespace Atelier.Engines.Speech;

/// <summary>Whose English is spoken.</summary>
public enum EnglishAccent
{
    /// <summary>With r after vowels: <c>en_us</c>.</summary>
    American,

    /// <summary>Without: <c>en_uk</c>.</summary>
    British,
}
