using System.Net.Http.Json;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

public sealed class StorageCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Beside_an_open_portal_its_data_is_backed_up_and_checked_and_then_restored_elsewhere()
    {
        var (data, backup, other) = (
            Directory.CreateDirectory(Path.Combine(_folder.Path, "data")).FullName,
            Path.Combine(_folder.Path, "backup"),
            Path.Combine(_folder.Path, "other")
        );
        await using (var portal = await PortalProcess.StartAsync(data))
        {
            using var client = portal.Client();
            (
                await client.PostAsJsonAsync(
                    "/v2/users/owner/apps",
                    new { apps = new[] { new { id = "kept" } } },
                    TestContext.Current.CancellationToken
                )
            ).EnsureSuccessStatusCode();

            var (code, output) = await PortalProcess.CommandAsync(data, "backup", backup);
            Assert.True(code == 0, output);
            (code, output) = await PortalProcess.CommandAsync(data, "check");
            Assert.True(code == 0, output);
            Assert.Contains("all is well", output, StringComparison.Ordinal);
        }

        var (restored, said) = await PortalProcess.CommandAsync(other, "restore", backup);
        Assert.True(restored == 0, said);
        var (refused, reason) = await PortalProcess.CommandAsync(other, "restore", backup);
        Assert.Equal(1, refused);
        Assert.Contains("is not empty", reason, StringComparison.Ordinal);

        await using var again = await PortalProcess.StartAsync(other);
        using var reader = again.Client();
        Assert.Contains(
            "\"kept\"",
            await reader.GetStringAsync("/v2/users/owner/apps", TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_the_portal_and_its_commands_make_is_for_its_own_user_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such rights.");
            return;
        }
        var (data, backup) = (
            Path.Combine(_folder.Path, "data"),
            Directory.CreateDirectory(Path.Combine(_folder.Path, "backup")).FullName
        );
        await using (var portal = await PortalProcess.StartAsync(data))
        {
            using var client = portal.Client();
            (
                await client.PostAsJsonAsync(
                    "/v2/users/owner/apps",
                    new { apps = new[] { new { id = "kept" } } },
                    TestContext.Current.CancellationToken
                )
            ).EnsureSuccessStatusCode();
            Assert.DoesNotContain("chmod 700", portal.Output, StringComparison.Ordinal);
            var (code, output) = await PortalProcess.CommandAsync(data, "backup", backup);
            Assert.True(code == 0, output);
        }

        string[] made =
        [
            data,
            .. Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories),
            .. Directory.EnumerateFileSystemEntries(backup, "*", SearchOption.AllDirectories),
        ];
        Assert.Contains(made, path => Path.GetFileName(path) == "portal.db");
        foreach (var path in made)
        {
            Assert.Equal((path, UnixFileMode.None), (path, File.GetUnixFileMode(path) & OfOthers));
        }

        File.SetUnixFileMode(data, File.GetUnixFileMode(data) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await using var again = await PortalProcess.StartAsync(data);
        Assert.Contains("chmod 700", again.Output, StringComparison.Ordinal);
    }

    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;
}
