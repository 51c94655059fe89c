namespace Portal.Tests;

public class SmokeTests
{
    [Fact]
    public void Builds() => Assert.NotNull(typeof(Microsoft.EntityFrameworkCore.DbContext));
}
