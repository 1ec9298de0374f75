namespace EdgeKit.Onnx;

/// <summary>
/// The theoretical receptive field of an output element in pixels of the model's input. It may reach beyond the input's border, so it may be larger than
/// the input.
/// </summary>
/// <param name="Height">Rows; the input's height where every row counts.</param>
/// <param name="Width">Columns; the input's width where every column counts.</param>
/// <param name="WholeInput">Whether every pixel counts, as behind a global pool or a fully connected layer.</param>
/// <param name="StrideY">Input rows between neighbouring output elements; below 1 where a map is larger than the input, 0 for the whole input.</param>
/// <param name="StrideX">Input columns between neighbouring output elements; as for rows.</param>
/// <param name="CentreY">Middle of the field of the first output row, in rows of the input, 0 being the first; where paths of different fields meet, that of the largest.</param>
/// <param name="CentreX">Middle of the field of the first output column; as for rows.</param>
public readonly record struct ReceptiveField(int Height, int Width, bool WholeInput, double StrideY, double StrideX, double CentreY, double CentreX);
