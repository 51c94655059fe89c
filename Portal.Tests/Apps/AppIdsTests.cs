using Portal.Features.Apps;

namespace Portal.Tests.Apps;

public sealed class AppIdsTests
{
    [Theory]
    [InlineData("Park activities", "park-activities")]
    [InlineData("  Café — in the Park! ", "cafe-in-the-park")]
    [InlineData("公園", "")]
    [InlineData("a/../b", "a-b")]
    public void A_name_suggests_an_id(string name, string id) => Assert.Equal(id, AppIds.Suggest(name));

    [Fact]
    public void A_long_name_suggests_an_id_of_at_most_sixty_characters() =>
        Assert.Equal(60, AppIds.Suggest(new string('x', 500)).Length);
}
