namespace EdgeKit.Cli.Reporting;

/// <summary>The page about a compressed model: one HTML file with its pictures and style inside.</summary>
internal static class CompressionPage
{
    /// <summary>Measures what is not known yet and writes the page, at the end and in one piece.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="request">The model and what is known about it.</param>
    /// <param name="terminal">For progress and Ctrl-C.</param>
    /// <returns>The numbers on the page.</returns>
    /// <exception cref="CliException">The models do not belong together, or there are no pictures.</exception>
    public static CompressionFacts Write(string path, CompressionPageRequest request, Terminal terminal)
    {
        CompressionFacts facts = new FactsCollector(request, terminal).Collect();
        terminal.Cancel.ThrowIfCancellationRequested();
        OutputFile.Write(path, PageText.Of(facts));
        return facts;
    }
}
