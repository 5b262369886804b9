using System.Text.Json.Serialization;

namespace Atelier.Server.Storage;

/// <summary>The body of an initiate call; both fields may be missing.</summary>
sealed record InitiateBody(string? ContentType, string? FileName);

/// <summary>Where to PUT, and where the file will be.</summary>
sealed record InitiateAnswer(string FileUrl, string UploadUrl);

/// <param name="ExpiresAt">With a numeric offset: Python before 3.11 cannot read <c>Z</c>.</param>
sealed record TokenAnswer(string Token, string TokenType, string BaseUrl, string ExpiresAt);

sealed record UploadAnswer(string AccessUrl);

sealed record RunnerFileAnswer(string Url, string ContentType, string FileName, long FileSize);

/// <summary>Why an input could not be fetched, in the words of a 422's detail.</summary>
sealed record FetchRefusal(string Type, string Msg);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredFile))]
[JsonSerializable(typeof(UploadTicket))]
[JsonSerializable(typeof(CdnTicket))]
[JsonSerializable(typeof(InitiateBody))]
[JsonSerializable(typeof(InitiateAnswer))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(UploadAnswer))]
[JsonSerializable(typeof(RunnerFileAnswer))]
[JsonSerializable(typeof(FetchRefusal))]
sealed partial class StorageJson : JsonSerializerContext;
