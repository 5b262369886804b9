using System.Reflection;
using System.Text.Json.Nodes;
using Atelier.Protocol.Apps;
using Atelier.Protocol.Schemas;

namespace Atelier.Apps.Describing;

/// <summary>A method marked <see cref="EndpointAttribute"/>, read and checked.</summary>
sealed record EndpointDefinition(
    EndpointManifest Manifest, MethodInfo Method, EndpointInvoker Invoker, InputValidator Validator)
{
    public static EndpointDefinition Read(App app, string appId, MethodInfo method, EndpointAttribute attribute)
    {
        var name = CheckPath(method, attribute);
        var parameters = method.GetParameters().Select(parameter => parameter.ParameterType).ToArray();
        if (method.IsGenericMethod || parameters is not [var input, var call, var token]
            || call != typeof(Call) || token != typeof(CancellationToken))
        {
            throw new AppDefinitionException(
                $"{name}: an endpoint is a method (TIn input, Call call, CancellationToken cancellationToken), "
                + $"not ({string.Join(", ", parameters.Select(type => type.Name))}).");
        }

        var invoker = EndpointInvoker.Create(app, method, input)
            ?? throw new AppDefinitionException(
                $"{name}: an endpoint returns an output record, a Task of one, or an IAsyncEnumerable of them, "
                + $"not {method.ReturnType.Name}.");
        var inputSchema = SchemaGenerator.Generate(input, isInput: true);
        var outputSchema = SchemaGenerator.Generate(invoker.OutputType, isInput: false);
        return new(
            Describe(appId, method, attribute, inputSchema, outputSchema) with { Streams = invoker.IsStream },
            method,
            invoker,
            InputValidator.Compile(inputSchema));
    }

    /// <summary>Checks the attribute's path, and answers the method's name for further complaints.</summary>
    /// <exception cref="AppDefinitionException">It is no path, or one that every runner needs itself.</exception>
    public static string CheckPath(MethodInfo method, EndpointAttribute attribute)
    {
        var name = $"{method.DeclaringType!.Name}.{method.Name}";
        if (!AppDefinition.IsPath(attribute.Path))
        {
            throw new AppDefinitionException($"{name}: \"{attribute.Path}\" is not a path; write \"/\" or \"/name\".");
        }

        if (attribute.Path is "/health" || attribute.Path.EndsWith("/cancel", StringComparison.Ordinal))
        {
            throw new AppDefinitionException(
                $"{name}: {attribute.Path} is a route of every runner; choose another path.");
        }

        return name;
    }

    /// <summary>What the catalogue is told of an endpoint, whichever way it is reached.</summary>
    public static EndpointManifest Describe(
        string appId, MethodInfo method, EndpointAttribute attribute, JsonObject input, JsonObject output)
    {
        var type = method.DeclaringType!;
        var name = $"{type.Name}.{method.Name}";
        return new()
        {
            Id = attribute.Id ?? (attribute.Path is "/" ? appId : appId + attribute.Path),
            Path = attribute.Path,
            Title = attribute.Title ?? SchemaGenerator.Title(type.Name),
            Category = attribute.Category,
            Description = attribute.Description ?? "",
            Fidelity = attribute.Fidelity is "exact" or "like" or "own"
                ? attribute.Fidelity
                : throw new AppDefinitionException(
                    $"{name}: the fidelity is exact, like or own, not {attribute.Fidelity}."),
            Model = attribute.Model,
            Card = attribute.Card is { } card ? ReadCard(type.Assembly, card, name) : null,
            Diagnostic = attribute.Diagnostic,
            Input = input,
            Output = output,
        };
    }

    static string ReadCard(Assembly assembly, string ending, string name)
    {
        var matches = assembly.GetManifestResourceNames()
            .Where(resource => resource.EndsWith(ending, StringComparison.Ordinal))
            .ToList();
        if (matches is not [var resource])
        {
            throw new AppDefinitionException(
                $"{name}: {matches.Count} embedded resources end with \"{ending}\"; one is needed.");
        }

        using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
