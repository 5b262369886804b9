using Atelier.Protocol;
using Atelier.Server.Wire;

namespace Atelier.Server.Platform;

/// <summary>
/// What holds the Platform API together: operations that no slice has answer 501 instead of 404, unknown paths answer in
/// its own error shape, and a document lists them all.
/// </summary>
static class PlatformSetup
{
    const string Api = $"/{FalHostNames.Api}";

    // Routing prefers lower orders: whatever a slice maps, at 0, comes first.
    const int AfterSlices = 1;
    const int Last = 2;

    public static void MapPlatform(this IEndpointRouteBuilder routes)
    {
        foreach (var operation in PlatformOperations.All)
        {
            var route = routes.MapMethods(Api + operation.Path, [operation.Method], context => PlatformError.Create(
                501, "not_implemented", $"This server does not have the operation {operation.Id}.").ExecuteAsync(context));
            route.WithOrder(AfterSlices);
            if (operation.Access is not PlatformAccess.Key)
            {
                route.WithMetadata(operation.Access is PlatformAccess.Admin ? new AdminOnly() : new AllowKeyless());
            }
        }

        var document = new PlatformDocument(routes, AfterSlices);
        routes.MapGet(Api + "/v1/openapi.json", document.Send).WithMetadata(new AllowKeyless());
        routes.Map(Api + "/{**path}", context =>
            PlatformError.Create(404, "not_found", "Resource not found").ExecuteAsync(context))
            .WithMetadata(new AllowKeyless()).WithOrder(Last);
    }
}
