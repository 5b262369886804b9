using Atelier.Apps;
using Atelier.Models.Echo;

// describe | serve APP_ID, over the built-in apps.
return await AppHost.RunAsync(args, typeof(EchoProcess).Assembly);
