using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Atelier.Server.Calls;

namespace Atelier.Server.Storage;

/// <summary>The body of an initiate call; both fields may be missing.</summary>
sealed record InitiateBody(string? ContentType, string? FileName);

/// <summary>Where to PUT, and where the file will be.</summary>
sealed record InitiateAnswer(string FileUrl, string UploadUrl);

/// <param name="ExpiresAt">With a numeric offset: Python before 3.11 cannot read <c>Z</c>.</param>
sealed record TokenAnswer(string Token, string TokenType, string BaseUrl, string ExpiresAt);

sealed record UploadAnswer(string AccessUrl);

/// <summary>Where the older SDK finds what it sent in one piece.</summary>
sealed record FileAnswer(string FileUrl);

/// <summary>Where to send a part.</summary>
sealed record PartTarget(string UploadUrl);

/// <summary>An upload in parts was begun; the spelling is the CDN's.</summary>
sealed record MultipartAnswer(string AccessUrl, [property: JsonPropertyName("uploadId")] string UploadId);

/// <summary>A part is kept; the spelling is the CDN's.</summary>
sealed record PartAnswer([property: JsonPropertyName("partNumber")] int PartNumber, string Etag);

/// <summary>What is there of an upload in parts.</summary>
sealed record PartList(IReadOnlyList<PartEntry> Parts);

sealed record PartEntry([property: JsonPropertyName("partNumber")] int PartNumber, string Etag, long Size);

/// <summary>The end of an upload in parts; the order of parts means nothing.</summary>
sealed record CompleteBody(IReadOnlyList<CompletePart>? Parts);

/// <summary>A part in either spelling: <c>partNumber</c> of the clients, <c>part_number</c> of the SDK.</summary>
sealed record CompletePart(
    [property: JsonPropertyName("partNumber")] int? Camel,
    [property: JsonPropertyName("part_number")] int? Snake,
    string? Etag);

sealed record SignBody(long? ExpirationSeconds);

sealed record SignAnswer(string SignedUrl);

/// <summary>A key's wishes for its new files.</summary>
sealed record SettingsAnswer(long? ExpirationDurationSeconds, FileAcl? InitialAcl);

sealed record RunnerFileAnswer(string Url, string ContentType, string FileName, long FileSize);

/// <summary>Why an input could not be fetched, in the words of a 422's detail.</summary>
sealed record FetchRefusal(string Type, string Msg);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredFile))]
[JsonSerializable(typeof(UploadTicket))]
[JsonSerializable(typeof(CdnTicket))]
[JsonSerializable(typeof(MultipartTicket))]
[JsonSerializable(typeof(UploadPass))]
[JsonSerializable(typeof(DownloadPass))]
[JsonSerializable(typeof(FileAnswer))]
[JsonSerializable(typeof(PartTarget))]
[JsonSerializable(typeof(MultipartAnswer))]
[JsonSerializable(typeof(PartAnswer))]
[JsonSerializable(typeof(PartList))]
[JsonSerializable(typeof(CompleteBody))]
[JsonSerializable(typeof(SignBody))]
[JsonSerializable(typeof(SignAnswer))]
[JsonSerializable(typeof(SettingsAnswer))]
[JsonSerializable(typeof(FileAcl))]
[JsonSerializable(typeof(ImmutableDictionary<string, ObjectLifecycle>))]
[JsonSerializable(typeof(InitiateBody))]
[JsonSerializable(typeof(InitiateAnswer))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(UploadAnswer))]
[JsonSerializable(typeof(RunnerFileAnswer))]
[JsonSerializable(typeof(FetchRefusal))]
sealed partial class StorageJson : JsonSerializerContext;
