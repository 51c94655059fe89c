namespace Portal.Tests.Support;

/// <summary>Waits for a condition, never for a time; the limit only ends a test that would otherwise hang.</summary>
public static class Wait
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<T> ForAsync<T>(Func<Task<T>> read, Func<T, bool> condition, TimeSpan? limit = null)
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var value = await read();
            if (condition(value))
            {
                return value;
            }

            if (started.Elapsed > (limit ?? Limit))
            {
                throw new TimeoutException($"The condition did not come true; the last value was: {value}");
            }

            await Task.Delay(25);
        }
    }
}
