using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Domain.Workflows.Parameters;
using Portal.Core.Services.Models;
using Portal.Features.Models;
using Portal.Tests.Support;

namespace Portal.Tests.Models;

public sealed class ModelDraftTests
{
    public static TheoryData<string> Types =>
        [.. NodeTypeRegistry.Default.All.Where(type => type.Role != NodeRole.Embed).Select(type => type.TypeId)];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task What_a_form_sends_comes_back_the_same_when_the_model_is_opened(string typeId)
    {
        await using var host = await CoreHost.StartAsync(workers: false);
        var concepts = new[] { await host.ConceptAsync("walker"), await host.ConceptAsync("runner") };
        var type = NodeTypeRegistry.Default.Get(typeId);
        var draft = new ModelDraft(type);
        if (type.Concepts != ConceptUse.None)
        {
            draft.Concepts["runner"] =
                type.Concepts == ConceptUse.WithThreshold ? 0.8734512 : ModelDraft.FirstThreshold;
        }

        if (type.Concepts == ConceptUse.WithTarget)
        {
            draft.Targets["runner"] = "walker";
        }

        foreach (var parameter in type.Parameters)
        {
            draft[parameter] = Another(parameter);
        }

        var made = await host.Get<ModelService>()
            .CreateAsync(
                host.App.Id,
                host.User.Id,
                null,
                "a model",
                typeId,
                draft.ToOutput(),
                TestContext.Current.CancellationToken
            );
        var opened = ModelDraft.Of(type, made.Output, concepts);

        Assert.Equal(draft.Concepts, opened.Concepts);
        Assert.Equal(draft.Targets, opened.Targets);
        Assert.All(
            type.Parameters,
            parameter => Assert.Equal(draft[parameter]?.ToJsonString(), opened[parameter]?.ToJsonString())
        );
        Assert.Equal(JsonSerializer.Serialize(draft.ToOutput()), JsonSerializer.Serialize(opened.ToOutput()));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("text")]
    public void Info_that_is_no_JSON_object_is_refused_with_an_example(string info)
    {
        var type = NodeTypeRegistry.Default.Get(AnnotationWriter.Id);
        var draft = new ModelDraft(type);
        draft[type.Parameters.OfType<ObjectParameter>().Single()] = info;

        var refusal = Assert.Throws<PortalException>(draft.ToOutput);

        Assert.Contains("annotation_info is not a JSON object", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_depends_on_a_switch_is_shown_with_it()
    {
        var type = NodeTypeRegistry.Default.Get(ContextBasedClassifier.Id);
        var (exclusive, closed) = (type.Parameters[0], type.Parameters[1]);
        var draft = new ModelDraft(type);
        Assert.False(draft.IsShown(closed));

        draft[exclusive] = true;

        Assert.True(draft.IsShown(closed));
    }

    /// <summary>Not what a form begins with.</summary>
    private static JsonNode Another(NodeParameter parameter) =>
        parameter switch
        {
            SwitchParameter given => !given.Default,
            ChoiceParameter given => given.Choices[1].Value,
            ShareParameter => 0.1234567,
            UserParameter => "owner",
            ObjectParameter => """{"source":"auto"}""",
            _ => "camera",
        };
}
