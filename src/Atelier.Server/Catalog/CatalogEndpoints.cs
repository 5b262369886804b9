using Atelier.Protocol;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Catalog;

/// <summary>What this server can run and what fal has besides: the model list and each model's OpenAPI document. No key needed.</summary>
sealed class CatalogEndpoints(ModelList models, ModelSearch search, ModelItem item, ModelSchemas schemas, CategoryCounts categories)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet($"/{FalHostNames.Api}/v1/models", ModelsAsync).WithMetadata(new AllowKeyless());
        routes.MapGet($"/{FalHostNames.Api}/v1/models/categories", CategoriesAsync).WithMetadata(new AllowKeyless());
        routes.MapGet($"/{FalHostNames.Site}/api/openapi/queue/openapi.json", OpenApiAsync).WithMetadata(new AllowKeyless());
    }

    Task ModelsAsync(HttpContext context)
    {
        var asked = new PlatformQuery(context.Request.Query);
        var query = ModelQuery.Read(asked);
        if (asked.Refused is not null)
        {
            return asked.Refusal.ExecuteAsync(context);
        }

        if (models.FirstUnknown(query.Ids) is { } unknown)
        {
            return PlatformError.Create(404, "not_found", $"Model \"{unknown}\" not found").ExecuteAsync(context);
        }

        return new ModelPage(query, search.Find(query), item, WireTarget.Of(context).QueueBaseUrl).SendAsync(context);
    }

    Task CategoriesAsync(HttpContext context)
    {
        JsonAnswer.Send(context, 200, categories.Count(), CategoryCounts.Write);
        return Task.CompletedTask;
    }

    Task OpenApiAsync(HttpContext context)
    {
        var id = context.Request.Query["endpoint_id"].ToString().Trim('/');
        if (models.Find(id) is not { } model)
        {
            return WireError.UnknownApplication(id).ExecuteAsync(context);
        }

        if (schemas.Find(model) is not { } schema)
        {
            return WireError.Detail(404, ModelSchemas.Unknown(id)).ExecuteAsync(context);
        }

        var document = OpenApiDocument.Create(schema, WireTarget.Of(context).QueueBaseUrl);
        JsonAnswer.Send(context, 200, document, static (json, document) => document.WriteTo(json));
        return Task.CompletedTask;
    }
}
