using Atelier.Apps;
using Atelier.WireApps;

// describe | serve APP_ID, over the apps that tests/wire and tests/official call.
return await AppHost.RunAsync(args, typeof(Picture).Assembly);
