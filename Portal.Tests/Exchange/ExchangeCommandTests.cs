using Microsoft.EntityFrameworkCore;
using Portal.Commands;
using Portal.Core.Data;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Datasets;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>The command line, in this process.</summary>
public sealed class ExchangeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_exported_can_be_imported_from_a_folder_too()
    {
        var (from, to) = (Sub("from"), Sub("to"));
        await using (var host = await CoreHost.StartAsync(from, workers: false))
        {
            await host.ConceptAsync("cat");
            await host.AcceptAsync(1, new InputLabel("cat", true));
            await host.AcceptAsync(2, new InputLabel("cat", false));
        }
        await (await CoreHost.StartAsync(to, workers: false)).DisposeAsync();
        var zip = Path.Combine(_folder.Path, "park.zip");

        Assert.Equal(0, await RunAsync(from, "export", "--app", "owner/park", "--format=jsonl", "--out", zip));
        System.IO.Compression.ZipFile.ExtractToDirectory(zip, Path.Combine(_folder.Path, "unzipped"));
        Assert.Equal(
            0,
            await RunAsync(
                to,
                "import",
                Path.Combine(_folder.Path, "unzipped"),
                "--app",
                "owner/park",
                "--report",
                Path.Combine(_folder.Path, "report.csv")
            )
        );

        Assert.Equal(
            3,
            (
                await File.ReadAllLinesAsync(
                    Path.Combine(_folder.Path, "report.csv"),
                    TestContext.Current.CancellationToken
                )
            ).Length
        );
        await using var imported = await CoreHost.StartAsync(to, workers: false);
        await using var db = imported.Db();
        Assert.Equal(
            [false, true],
            await db.Labels.Select(l => l.Value).OrderBy(v => v).ToListAsync(TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task What_would_be_lost_must_be_accepted()
    {
        var root = Sub("data");
        await using (var host = await CoreHost.StartAsync(root, workers: false))
        {
            await host.ConceptAsync("cat");
            await host.AcceptAsync(1, new InputLabel("cat", false));
        }
        var zip = Path.Combine(_folder.Path, "folders.zip");

        Assert.Equal(1, await RunAsync(root, "export", "--app", "owner/park", "--format", "folders", "--out", zip));
        Assert.False(File.Exists(zip));
        Assert.Equal(
            0,
            await RunAsync(
                root,
                "export",
                "--app",
                "owner/park",
                "--format",
                "folders",
                "--out",
                zip,
                "--accept-losses"
            )
        );
        Assert.True(File.Exists(zip));
    }

    [Fact]
    public async Task A_dataset_is_exported_by_its_name()
    {
        var root = Sub("data");
        await using (var host = await CoreHost.StartAsync(root))
        {
            await host.ConceptAsync("cat");
            await host.AcceptAsync(1, new InputLabel("cat", true));
            var (_, job) = await host.Get<DatasetService>()
                .StartAsync(host.App.Id, host.User.Id, "first", null, null, TestContext.Current.CancellationToken);
            await Wait.ForAsync(
                () =>
                    host.Get<JobService>().GetAsync(host.App.Id, job.ExternalId, TestContext.Current.CancellationToken),
                j => j.IsOver
            );
            await host.AcceptAsync(2, new InputLabel("cat", true));
        }
        var zip = Path.Combine(_folder.Path, "first.zip");

        Assert.Equal(
            0,
            await RunAsync(
                root,
                "export",
                "--app",
                "owner/park",
                "--format",
                "jsonl",
                "--dataset",
                "first",
                "--out",
                zip
            )
        );
        Assert.Equal(
            1,
            await RunAsync(
                root,
                "export",
                "--app",
                "owner/park",
                "--format",
                "jsonl",
                "--dataset",
                "second",
                "--out",
                zip
            )
        );

        using var opened = System.IO.Compression.ZipFile.OpenRead(zip);
        Assert.Single(opened.Entries, e => e.FullName.StartsWith("images/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_app_whose_maker_has_left_is_still_found_under_its_address()
    {
        var root = Sub("data");
        long other;
        await using (var host = await CoreHost.StartAsync(root, workers: false))
        {
            await host.ConceptAsync("cat");
            other = (await host.UserAsync("other")).Id;
            await using (var members = host.Db())
            {
                members.Memberships.Add(
                    new Membership
                    {
                        AppId = host.App.Id,
                        UserId = other,
                        Role = Role.Owner,
                    }
                );
                await members.SaveChangesAsync(TestContext.Current.CancellationToken);
            }
            // Another app of theirs, which the host finds when it comes back.
            await host.Get<AppService>()
                .CreateAsync(host.User.Id, "mine", null, null, TestContext.Current.CancellationToken);
            await host.Get<MembershipService>()
                .LeaveAsync(host.App.Id, host.User.Id, TestContext.Current.CancellationToken);
        }
        await File.WriteAllBytesAsync(
            Path.Combine(Sub("in/cat"), "a.png"),
            Pictures.Any(1),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(0, await RunAsync(root, "import", Path.Combine(_folder.Path, "in"), "--app", "owner/park"));
        Assert.Equal(
            0,
            await RunAsync(
                root,
                "export",
                "--app",
                "owner/park",
                "--format",
                "jsonl",
                "--out",
                Path.Combine(_folder.Path, "park.zip")
            )
        );

        await using var after = await CoreHost.StartAsync(root, workers: false);
        await using var db = after.Db();
        Assert.Equal(other, (await db.Inputs.SingleAsync(TestContext.Current.CancellationToken)).CreatedById);
    }

    [Fact]
    public async Task A_data_directory_that_a_portal_has_open_is_left_alone()
    {
        await using var host = await CoreHost.StartAsync(workers: false);

        Assert.Equal(
            1,
            await RunAsync(
                host.Root,
                "export",
                "--app",
                "owner/park",
                "--format",
                "jsonl",
                "--out",
                Path.Combine(_folder.Path, "x.zip")
            )
        );
    }

    [Theory]
    [InlineData("export", "--app", "owner/park", "--formt", "csv")]
    [InlineData("export", "--app")]
    [InlineData("import", "--app", "owner/park")]
    [InlineData("import", "nothing-there", "--app", "owner/nobodys")]
    [InlineData("import", "nothing-there", "--app", "park")]
    public async Task A_wrong_command_says_so(params string[] args) =>
        Assert.Equal(1, await RunAsync(Sub("empty"), args));

    private string Sub(string name) => Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;

    private static Task<int> RunAsync(string root, params string[] args) =>
        ExchangeCommand.RunAsync([.. args, $"--Storage:Root={root}"]);
}
