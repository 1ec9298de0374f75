using System.Text;

namespace EdgeKit.Cli;

/// <summary>Text in lines of at most 80 columns.</summary>
internal static class Wrapping
{
    private const int Columns = 80;

    /// <summary>Breaks one line at spaces; what follows is indented by two more than the line is. A longer word stands alone.</summary>
    public static string Wrap(string line)
    {
        string first = line[..(line.Length - line.TrimStart().Length)], rest = first + "  ";
        var text = new StringBuilder(first);
        int column = first.Length;
        bool begun = false;
        foreach (string word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (begun && column + 1 + word.Length > Columns)
            {
                text.Append('\n').Append(rest);
                column = rest.Length;
            }
            else if (begun)
            {
                text.Append(' ');
                column++;
            }
            text.Append(word);
            column += word.Length;
            begun = true;
        }
        return text.ToString();
    }
}
