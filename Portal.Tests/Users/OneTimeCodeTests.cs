using System.Text;
using Portal.Core.Domain.Users;

namespace Portal.Tests.Users;

public sealed class OneTimeCodeTests
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>
    /// RFC 6238, appendix B, the SHA-1 rows. They have eight digits, of which a code of six is the last six.
    /// </summary>
    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void The_published_vectors_come_out(long seconds, string code) =>
        Assert.Equal(code[2..], OneTimeCode.At(Key, OneTimeCode.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_clock_may_be_off_by_one_step(int steps, bool isAccepted)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        var step = OneTimeCode.StepAt(now) + steps;

        Assert.Equal(isAccepted ? step : null, OneTimeCode.Find(Key, OneTimeCode.At(Key, step), now, null));
    }

    [Fact]
    public void A_code_counts_once_and_an_older_one_no_more()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        var step = OneTimeCode.StepAt(now);

        Assert.Null(OneTimeCode.Find(Key, OneTimeCode.At(Key, step), now, lastStep: step));
        Assert.Null(OneTimeCode.Find(Key, OneTimeCode.At(Key, step - 1), now, lastStep: step));
        Assert.Equal(step + 1, OneTimeCode.Find(Key, OneTimeCode.At(Key, step + 1), now, lastStep: step));
    }

    /// <summary>RFC 4648, section 10.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("MY", "f")]
    [InlineData("MZXQ", "fo")]
    [InlineData("MZXW6", "foo")]
    [InlineData("MZXW6YQ", "foob")]
    [InlineData("MZXW6YTB", "fooba")]
    [InlineData("MZXW6YTBOI", "foobar")]
    public void Base_32_is_read_as_published(string text, string bytes) =>
        Assert.Equal(bytes, Encoding.ASCII.GetString(Base32.Decode(text)));

    [Fact]
    public void A_step_that_was_accepted_before_the_clock_was_set_back_keeps_nobody_out()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var step = OneTimeCode.StepAt(now);

        Assert.Equal(step, OneTimeCode.Find(Key, OneTimeCode.At(Key, step), now, step + 1000));
    }
}
