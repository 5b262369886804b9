namespace Atelier.Client;

/// <summary>The input was refused, field by field: a 422.</summary>
public sealed class ValidationException : ApiException
{
    internal ValidationException(
        IReadOnlyList<FieldError> errors, int status, string body, string? errorType, string? requestId, bool user)
        : base(string.Join("; ", errors), status, body, errorType, requestId, user) => FieldErrors = errors;

    /// <summary>What is wrong with which field.</summary>
    public IReadOnlyList<FieldError> FieldErrors { get; }
}
