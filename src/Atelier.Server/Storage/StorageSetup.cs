using Atelier.Server.Calls;
using Atelier.Server.Hosting;

namespace Atelier.Server.Storage;

public static class StorageSetup
{
    /// <summary>
    /// Adds the file store in <c>files</c> under the data folder, its sweep, and <see cref="SaveFile"/>.
    /// </summary>
    /// <param name="dataFolder">The locked data folder; it exists.</param>
    public static IServiceCollection AddStorage(
        this IServiceCollection services, StorageOptions options, string dataFolder)
    {
        services.AddSingleton(options);
        services.AddSingleton(_ => new SignedTokens(
            SecretFile.ReadOrCreate(Path.Combine(dataFolder, "storage.key"), SignedTokens.KeyBytes)));
        services.AddSingleton(provider => new FileStore(
            Path.Combine(dataFolder, "files"),
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FileStore>>()));
        services.AddSingleton(_ => new KeyLifecycles(dataFolder));
        services.AddSingleton<PartStore>().AddSingleton<Sweeper>().AddSingleton<OutputFiles>();
        services.AddSingleton<UploadAuthority>().AddSingleton<UploadRights>();
        services.AddSingleton<SaveFile>(provider => provider.GetRequiredService<OutputFiles>().SaveAsync);
        services.AddSingleton<DeleteFile>(provider => (rights, url, localPort) =>
            FileRemoval.Delete(provider.GetRequiredService<FileStore>(), rights, url, localPort));
        services.AddHostedService<SweepLoop>();
        return services;
    }

    /// <summary>Uploads, downloads, access lists and settings, and what runners may ask for.</summary>
    public static void MapStorage(this IEndpointRouteBuilder routes)
    {
        routes.MapUploads();
        routes.MapMultipart();
        routes.MapDownloads();
        routes.MapStorageSettings();
        routes.MapRunnerFiles();
    }
}
