namespace EdgeKit.Imaging;

/// <summary>One picture of an <see cref="ImageSource"/>, not yet decoded.</summary>
/// <param name="Name">The file's name without its folder, or the file's name and record for a CIFAR file; label files know the picture by it.</param>
/// <param name="Label">The class, where it is known.</param>
/// <param name="Load">Reads and decodes the picture; safe to call from several threads; throws <see cref="ImageException"/>.</param>
public sealed record ImageItem(string Name, int? Label, Func<Frame> Load);
