using Atelier.Server.Realtime;
using Microsoft.AspNetCore.Http;

namespace Atelier.Tests.Server.Realtime;

public sealed class SocketQueryTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("?fal_jwt_token=a.b.c", "")]
    [InlineData("?max_buffering=2&fal_jwt_token=a.b.c&x=%20", "?max_buffering=2&x=%20")]
    [InlineData("?FAL_JWT_TOKEN=a.b.c&y=1", "?y=1")]
    [InlineData("?fal%5Fjwt%5ftoken=a.b.c&y=1", "?y=1")]
    [InlineData("?fal_jwt_token&fal_jwt_token_kind=1", "?fal_jwt_token_kind=1")]
    public void An_app_is_told_the_query_without_the_token_however_its_name_is_written(string query, string told) =>
        Assert.Equal(told, SocketCall.WithoutToken(new QueryString(query)));
}
