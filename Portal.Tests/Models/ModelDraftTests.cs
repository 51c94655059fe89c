using Portal.Core.Errors;
using Portal.Core.Models;
using Portal.Core.Workflows.Nodes;
using Portal.Features.Models;
using Portal.Tests.Support;

namespace Portal.Tests.Models;

public sealed class ModelDraftTests
{
    [Fact]
    public async Task What_a_form_sends_comes_back_the_same_when_the_model_is_opened()
    {
        await using var host = await CoreHost.StartAsync(workers: false);
        var walker = await host.ConceptAsync("walker");
        var runner = await host.ConceptAsync("runner");
        var classifier = new ModelDraft { MutuallyExclusive = true, ClosedEnvironment = true, PeopleOnly = true, Concepts = { ["walker"] = 0.8, ["runner"] = 0.8 } };
        var thresholder = new ModelDraft
        {
            TypeId = ConceptThresholder.Id,
            Operator = ThresholdOperator.LessThanOrEqual,
            FilterOtherConcepts = false,
            Concepts = { ["runner"] = 0.25 },
        };
        var writer = new ModelDraft { TypeId = AnnotationWriter.Id, WriteStatus = StatusCode.AnnotationPending, WriteAs = "owner", WriteInfo = """{"source":"auto"}""" };

        foreach (var draft in new[] { classifier, thresholder, writer })
        {
            var made = await host.Get<ModelService>().CreateAsync(
                host.App.Id, host.User.Id, null, "a model", draft.TypeId, draft.ToOutput(), TestContext.Current.CancellationToken);
            var opened = ModelDraft.Of(made, [walker, runner]);

            Assert.Equivalent(
                new { draft.TypeId, draft.MutuallyExclusive, draft.ClosedEnvironment, draft.PeopleOnly, draft.Operator, draft.FilterOtherConcepts, draft.WriteStatus, draft.WriteAs, draft.WriteInfo },
                new { opened.TypeId, opened.MutuallyExclusive, opened.ClosedEnvironment, opened.PeopleOnly, opened.Operator, opened.FilterOtherConcepts, opened.WriteStatus, opened.WriteAs, opened.WriteInfo });
            Assert.Equal(draft.Concepts, opened.Concepts);
        }
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("text")]
    public void Info_that_is_no_JSON_object_is_refused_with_an_example(string info)
    {
        var draft = new ModelDraft { TypeId = AnnotationWriter.Id, WriteAs = "owner", WriteInfo = info };

        var refusal = Assert.Throws<PortalException>(draft.ToOutput);

        Assert.Contains("annotation_info is not a JSON object", refusal.Message, StringComparison.Ordinal);
    }
}
