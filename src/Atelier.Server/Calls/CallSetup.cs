namespace Atelier.Server.Calls;

/// <summary>Wires what the queue's routes, sync runs and the dispatcher share.</summary>
static class CallSetup
{
    public static IServiceCollection AddCalls(this IServiceCollection services) => services
        .AddSingleton<CallIntake>()
        .AddSingleton<InputValidators>();
}
