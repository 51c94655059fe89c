using System.Globalization;
using System.Text;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Import;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>Files as other tools write them, made by hand after their documentation.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Coco_tags_and_boxes_say_what_is_on_a_picture()
    {
        var read = await ReadAsync(
            "coco",
            (
                "annotations/labels_train.json",
                """
                {"licenses":[{"name":"","id":0,"url":""}],"info":{},
                 "categories":[{"id":7,"name":"cat","supercategory":""},{"id":9,"name":"dog","supercategory":""}],
                 "images":[{"id":5,"width":8,"height":6,"file_name":"a.jpg"},{"id":6,"width":8,"height":6,"file_name":"sub/b.jpg"}],
                 "annotations":[{"id":1,"image_id":5,"category_id":7},{"id":2,"image_id":5,"category_id":9,"bbox":[1,1,2,2],"area":4,"iscrowd":0},
                                {"id":3,"image_id":5,"category_id":9,"bbox":[3,3,2,2],"area":4,"iscrowd":0},{"id":4,"image_id":77,"category_id":7}]}
                """
            ),
            ("images/train/a.jpg", "x")
        );

        Assert.Equal(["cat", "dog"], read[0].Tags.Select(t => t.Label));
        Assert.Equal("images/train/a.jpg", read[0].Picture);
        Assert.Equal(("sub/b.jpg", null), (read[1].Reference, read[1].Picture));
        Assert.Contains("no image with that id", read[2].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Label_studio_predictions_wait_and_cancelled_annotations_do_not_count()
    {
        var read = await ReadAsync(
            "labelstudio",
            (
                "export.json",
                """
                [{"id":1,"data":{"image":"/data/upload/1/a.jpg"},
                  "annotations":[{"result":[{"id":"r1","from_name":"choice","to_name":"image","type":"choices","value":{"choices":["cat","dog"]}}]},
                                 {"was_cancelled":true,"result":[{"type":"choices","value":{"choices":["bird"]}}]}],
                  "predictions":[{"model_version":"v1","score":0.95,"result":[{"type":"choices","value":{"choices":["fox"]}}]}]},
                 {"id":2,"data":{"photo":"b.jpg"},"annotations":[{"result":[{"type":"rectanglelabels","original_width":8,"original_height":8,
                  "value":{"x":1,"y":1,"width":5,"height":5,"rotation":0,"rectanglelabels":["cat"]}}]}]},
                 {"id":3,"data":{"text":"no picture"}}]
                """
            ),
            ("a.jpg", "x")
        );

        Assert.Equal(
            [
                new ImportedTag("cat"),
                new ImportedTag("dog"),
                new ImportedTag("fox", Machine: true, Status: StatusCode.AnnotationPending, Score: 0.95),
            ],
            read[0].Tags
        );
        Assert.Equal("a.jpg", read[0].Picture);
        Assert.Equal([new ImportedTag("cat")], read[1].Tags);
        Assert.NotNull(read[2].Problem);
    }

    [Fact]
    public async Task Cvat_tells_manual_from_auto()
    {
        var read = await ReadAsync(
            "cvat",
            (
                "annotations.xml",
                """
                <?xml version="1.0" encoding="utf-8"?>
                <annotations><version>1.1</version><meta><task><labels><label><name>cat</name><type>tag</type></label></labels></task></meta>
                  <image id="0" name="f.jpg" width="8" height="8"><tag label="cat" source="auto"/><box label="dog" source="manual" xtl="0" ytl="0" xbr="1" ybr="1"></box></image>
                  <image id="1" name="g.jpg" width="8" height="8"/>
                  <image id="2" width="8" height="8"/>
                </annotations>
                """
            )
        );

        Assert.Equal([new ImportedTag("cat", Machine: true), new ImportedTag("dog")], read[0].Tags);
        Assert.Equal(("g.jpg", 0), (read[1].Reference, read[1].Tags.Count));
        Assert.NotNull(read[2].Problem);
    }

    [Fact]
    public async Task A_folder_is_a_concept_and_a_split_is_none()
    {
        var read = await ReadAsync(
            "folders",
            ("ds/train/cat/1.jpg", "x"),
            ("ds/val/cat/2.jpg", "x"),
            ("ds/train/_unlabeled/3.jpg", "x"),
            ("ds/train/4.jpg", "x"),
            ("ds/readme.txt", "x")
        );

        Assert.Equal(["", "", "cat", "cat"], read.Select(r => string.Concat(r.Tags.Select(t => t.Label))).Order());
    }

    [Fact]
    public async Task A_csv_of_another_tool_needs_a_picture_and_a_label()
    {
        var read = await ReadAsync(
            "csv",
            ("labels.csv", "filename,label,value\na.jpg,cat,\na.jpg,dog,0\nb.jpg,\"multi\nline\",1\nc.jpg,cat,maybe\n")
        );

        Assert.Equal([new ImportedTag("cat"), new ImportedTag("dog", Value: false)], read[0].Tags);
        Assert.Equal("multi\nline", Assert.Single(read[1].Tags).Label);
        Assert.Contains("maybe", read[2].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hugging_face_metadata_lies_beside_its_pictures()
    {
        var read = await ReadAsync(
            "huggingface",
            ("train/metadata.jsonl", "{\"file_name\":\"1.png\",\"label\":\"dog\"}\n{\"file_name\":\"2.png\"}\n{oops\n"),
            ("train/1.png", "x"),
            ("test/1.png", "y")
        );

        Assert.Equal(("train/1.png", "dog"), (read[0].Picture, Assert.Single(read[0].Tags).Label));
        Assert.Empty(read[1].Tags);
        Assert.NotNull(read[2].Problem);
    }

    [Fact]
    public async Task Datumaro_labels_are_numbers_of_its_categories()
    {
        var read = await ReadAsync(
            "datumaro",
            (
                "annotations/train.json",
                """
                {"info":{},"categories":{"label":{"labels":[{"name":"cat","parent":"","attributes":[]},{"name":"dog","parent":"","attributes":[]}],"attributes":["score"]}},
                 "items":[{"id":"img1","annotations":[{"id":1,"type":"label","attributes":{"score":0.9},"group":0,"label_id":0},{"id":2,"type":"bbox","attributes":{},"group":0,"label_id":1,"bbox":[0,0,1,1]},
                           {"id":3,"type":"caption","attributes":{},"group":0,"caption":"x"},{"id":4,"type":"label","attributes":{},"group":0,"label_id":9}],"image":{"path":"img1.jpg","size":[6,8]}}]}
                """
            ),
            ("images/train/img1.jpg", "x")
        );

        var item = Assert.Single(read);
        Assert.Equal([new ImportedTag("cat", Machine: true, Score: 0.9), new ImportedTag("dog")], item.Tags);
        Assert.Equal((null, "images/train/img1.jpg"), (item.Id, item.Picture));
    }

    [Fact]
    public async Task Fiftyone_labels_are_a_number_nothing_an_object_or_a_list()
    {
        var read = await ReadAsync(
            "fiftyone",
            (
                "labels.json",
                """
                {"classes":["cat","dog"],"labels":{"a":0,"b":null,"c":{"label":1,"confidence":0.5,"attributes":{}},"d":[0,{"label":1}],"e":7}}
                """
            ),
            ("data/a.jpg", "x")
        );

        Assert.Equal(
            ["cat", "", "dog 0.5", "cat,dog", ""],
            read.Select(r =>
                string.Join(
                    ',',
                    r.Tags.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Label} {t.Score}").Trim())
                )
            )
        );
        Assert.Equal("data/a.jpg", read[0].Picture);
    }

    [Fact]
    public async Task Imagenet_lists_name_pictures_and_numbers()
    {
        var read = await ReadAsync(
            "imagenet",
            ("synsets.txt", "cat\ndog\n"),
            ("train.txt", "1.jpg 0\nmy cat 2.jpg 1\n3.jpg\n4.jpg 5\n"),
            ("train/1.jpg", "x")
        );

        Assert.Equal(
            ["1.jpg cat", "my cat 2.jpg dog", "3.jpg"],
            read.Take(3).Select(r => $"{r.Reference} {string.Concat(r.Tags.Select(t => t.Label))}".Trim())
        );
        Assert.Equal("train/1.jpg", read[0].Picture);
        Assert.NotNull(read[3].Problem);
    }

    [Fact]
    public async Task Vertex_lines_have_one_annotation_or_several()
    {
        var read = await ReadAsync(
            "vertex",
            (
                "import.jsonl",
                """
                {"imageGcsUri":"gs://bucket/set/a.jpg","classificationAnnotation":{"displayName":"cat"},"dataItemResourceLabels":{"aiplatform.googleapis.com/ml_use":"training"}}
                {"imageGcsUri":"gs://bucket/b.jpg","classificationAnnotations":[{"displayName":"cat"},{"displayName":"dog"}]}
                {"imageGcsUri":"gs://bucket/c.jpg"}
                {"classificationAnnotation":{"displayName":"cat"}}
                """
            ),
            ("set/a.jpg", "x"),
            ("other/a.jpg", "y")
        );

        Assert.Equal(["cat", "cat,dog", ""], read.Take(3).Select(r => string.Join(',', r.Tags.Select(t => t.Label))));
        Assert.Equal("set/a.jpg", read[0].Picture);
        Assert.NotNull(read[3].Problem);
    }

    [Fact]
    public async Task Vertex_rows_may_begin_with_what_they_are_for()
    {
        var read = await ReadAsync(
            "vertex",
            (
                "import.csv",
                "training,gs://bucket/a.jpg,cat,dog\ngs://bucket/b.jpg,\"black, "
                    + "white\"\ntest,gs://bucket/c.jpg\nnonsense,cat\n"
            ),
            ("a.jpg", "x")
        );

        Assert.Equal(
            ["cat,dog", "black, white", ""],
            read.Take(3).Select(r => string.Join(',', r.Tags.Select(t => t.Label)))
        );
        Assert.Equal("a.jpg", read[0].Picture);
        Assert.NotNull(read[3].Problem);
    }

    [Fact]
    public async Task Sagemaker_tells_people_from_machines_and_how_sure_they_were()
    {
        var read = await ReadAsync(
            "sagemaker",
            (
                "output.manifest",
                """
                {"source-ref":"s3://bucket/a.jpg","animals":0,"animals-metadata":{"class-name":"cat","confidence":0.95,"human-annotated":"no","creation-date":"2026-01-01T00:00:00.000000","job-name":"labeling-job/animals","type":"groundtruth/image-classification"}}
                {"source-ref":"s3://bucket/b.jpg","animals":[1,0],"animals-metadata":{"class-map":{"0":"dog","1":"cat"},"confidence-map":{"0":0.4,"1":0.9},"human-annotated":"yes","type":"groundtruth/image-classification-multilabel"}}
                {"source-ref":"s3://bucket/c.jpg","boxes":{"annotations":[{"class_id":0}]},"boxes-metadata":{"class-map":{"0":"dog"},"type":"groundtruth/object-detection","human-annotated":"yes"}}
                {"source":"a text"}
                """
            ),
            ("a.jpg", "x")
        );

        Assert.Equal([new ImportedTag("cat", Machine: true, Score: 0.95)], read[0].Tags);
        Assert.Equal("a.jpg", read[0].Picture);
        Assert.Equal([new ImportedTag("cat"), new ImportedTag("dog")], read[1].Tags);
        Assert.Empty(read[2].Tags);
        Assert.NotNull(read[3].Problem);
    }

    [Theory]
    [InlineData("{\"id\":\"a\"}")]
    [InlineData("{\"id\":\"a\",\"hash\":\"h\",\"media_type\":\"image/png\",\"annotations\":null}")]
    [InlineData("{\"id\":\"a\",\"hash\":\"h\",\"media_type\":\"image/png\",\"annotations\":[null]}")]
    [InlineData("{\"id\":")]
    [InlineData("[]")]
    public async Task A_broken_line_of_the_own_format_is_refused_alone(string broken)
    {
        const string good =
            "{\"id\":\"b\",\"hash\":\"h\",\"media_type\":\"image/png\",\"created_at\":\"2026-01-01T00:00:00Z\",\"labels\":[],\"annotations\":[],\"decisions\":[]}";

        var read = await ReadAsync("jsonl", ("inputs.jsonl", $"{good}\n{broken}\n{good}\n"));

        Assert.Equal([true, false, true], read.Select(r => r.Problem is null));
    }

    private async Task<List<ImportedInput>> ReadAsync(string format, params (string Name, string Content)[] entries)
    {
        var root = Directory.CreateDirectory(Path.Combine(_folder.Path, "in")).FullName;
        foreach (var (name, content) in entries)
        {
            var path = Path.Combine(root, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, content, new UTF8Encoding(false), TestContext.Current.CancellationToken);
        }
        using var files = ImportSource.Open(root, "in", Path.Combine(_folder.Path, "d"), default);
        var recognised = ExchangeFormats.Of(files);
        Assert.Equal(format, recognised.Id);
        return await recognised
            .ReadAsync(files, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
    }
}
