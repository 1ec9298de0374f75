namespace EdgeKit.Cli.Compressing;

/// <summary>A job that knows more of its model than pictures and classes: what it is right about, and what that looks like.</summary>
internal interface ICompressionShow
{
    /// <summary>F1 of model files, in their order.</summary>
    IReadOnlyList<double> Measure(IReadOnlyList<string> files, Terminal terminal);

    /// <summary>Draws what a model file finds.</summary>
    /// <param name="file">The model.</param>
    /// <param name="folder">Where the picture goes.</param>
    /// <returns>What was drawn, beginning with the picture's path.</returns>
    string Draw(string file, string folder);
}
