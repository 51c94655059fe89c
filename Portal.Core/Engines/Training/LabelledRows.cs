using Microsoft.ML;
using Microsoft.ML.Data;

namespace Portal.Core.Engines.Training;

/// <summary>
/// Rows in memory as ML.NET reads them: features (single precision, shared and not copied), a label and a weight.
/// Each pass runs on the thread that asks for it. A label is a yes or no, or with <paramref name="classes"/> a key: 1
/// for the first of so many classes.
/// </summary>
/// <param name="features">Rows of equal length.</param>
/// <param name="labels">One a row: 0 or 1, or 1 to <paramref name="classes"/>.</param>
/// <param name="weights">One a row, positive.</param>
/// <param name="classes">0 for a label that is yes or no.</param>
internal sealed class LabelledRows(
    float[][] features,
    uint[] labels,
    float[] weights,
    int classes,
    CancellationToken cancellationToken
) : IDataView
{
    public const string Features = nameof(Features);
    public const string Label = nameof(Label);
    public const string Weight = nameof(Weight);

    public DataViewSchema Schema { get; } = SchemaOf(features[0].Length, classes);

    public bool CanShuffle => false;

    public long? GetRowCount() => features.Length;

    /// <exception cref="OperationCanceledException">Between two passes.</exception>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new Cursor(this, features, labels, weights);
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded,
        int n,
        Random? rand = null
    ) => [GetRowCursor(columnsNeeded, rand)];

    private static DataViewSchema SchemaOf(int dimensions, int classes)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(Features, new VectorDataViewType(NumberDataViewType.Single, dimensions));
        schema.AddColumn(
            Label,
            classes > 0 ? new KeyDataViewType(typeof(uint), classes) : BooleanDataViewType.Instance
        );
        schema.AddColumn(Weight, NumberDataViewType.Single);
        return schema.ToSchema();
    }

    private sealed class Cursor(LabelledRows view, float[][] features, uint[] labels, float[] weights)
        : DataViewRowCursor
    {
        private long _position = -1;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override bool MoveNext() => ++_position < features.Length;

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ValueGetter<TValue>)Getter(column);

        private Delegate Getter(DataViewSchema.Column column) =>
            (column.Name, column.Type) switch
            {
                (Features, _) => (ValueGetter<VBuffer<float>>)(
                    (ref VBuffer<float> row) =>
                        row = new VBuffer<float>(features[_position].Length, features[_position])
                ),
                (Label, BooleanDataViewType) => (ValueGetter<bool>)((ref bool label) => label = labels[_position] == 1),
                (Label, _) => (ValueGetter<uint>)((ref uint label) => label = labels[_position]),
                _ => (ValueGetter<float>)((ref float weight) => weight = weights[_position]),
            };
    }
}
