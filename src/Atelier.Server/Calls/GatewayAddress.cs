namespace Atelier.Server.Calls;

/// <summary>Where runners reach this server: <c>http://127.0.0.1:8410</c>. Known once the server listens.</summary>
public delegate string GatewayAddress();
