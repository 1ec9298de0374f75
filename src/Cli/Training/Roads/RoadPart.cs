namespace EdgeKit.Cli.Training.Roads;

/// <summary>How samples are cut from scenes.</summary>
internal enum RoadView
{
    /// <summary>Most of the scene, as a camera sees it.</summary>
    Whole,

    /// <summary>A piece of it, mostly around an object, every kind of object as often as the others.</summary>
    Close,
}

/// <summary>
/// A part of every batch: samples of one size, seen by a network of that size. All parts of a batch have their weights in common and their own statistics of batch normalisation
/// ("ghost" batches: Hoffer et al., "Train longer, generalize better", 2017).
/// </summary>
/// <param name="Task">What is learned, at the size of this part.</param>
/// <param name="Samples">Pictures.</param>
/// <param name="View">How they are cut from scenes.</param>
internal readonly record struct RoadPart(IRoadTask Task, int Samples, RoadView View);
