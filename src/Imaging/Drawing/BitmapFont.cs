namespace EdgeKit.Imaging.Drawing;

/// <summary>Letters of dots for all of printable ASCII.</summary>
internal static class BitmapFont
{
    /// <summary>Dots across.</summary>
    public const int Columns = 5;

    /// <summary>Dots down: seven above the base line, two below.</summary>
    public const int Rows = 9;

    private const char First = ' ', Last = '~';

    // A digit of base 32 for each row, its highest bit the leftmost dot: 0 to 9, then A to V. Rows that are left out at the end are empty.
    private static readonly string[] Glyphs =
    [
        "", "4444404", "AAA", "0AVAVA", "4FKE5U4", "OP248JJ", "8KK8LID", "44", "2488842", "8422248", "04LELE4", "044V44", "00000CC48", "000V", "00000CC", "011248GG",
        "EHJLPHE", "4C4444E", "EH124CV", "V1261HE", "26AIV22", "VGU11HE", "68GUHHE", "V124888", "EHHEHHE", "EHHF12C", "0CC0CC", "0CC0CC48", "0248420", "00V0V", "084248", "EH12404",
        "EHNLNGE", "4AHHVHH", "UHHUHHU", "EHGGGHE", "SIHHHIS", "VGGUGGV", "VGGUGGG", "EHGNHHF", "HHHVHHH", "E44444E", "72222IC", "HIKOKIH", "GGGGGGV", "HRLLHHH", "HPLLJHH", "EHHHHHE",
        "UHHUGGG", "EHHHLID", "UHHUKIH", "FGGE11U", "V444444", "HHHHHHE", "HHHHHA4", "HHHLLRH", "HHA4AHH", "HHA4444", "V1248GV", "E88888E", "0GG8421", "E22222E", "4AH", "00000000V",
        "842", "00E1FHF", "GGMPHHU", "00EGGHE", "11DJHHF", "00EHVGE", "69SG888", "00FHHHF1E", "GGMPHHH", "40C444E", "20622222C", "GGIKOKI", "C44444E", "00QLLLL", "00MPHHH", "00EHHHE",
        "00UHHHUGG", "00FHHHF11", "00MPGGG", "00FGE1U", "88S8896", "00HHHJD", "00HHHA4", "00HLLLA", "00HA4AH", "00HHHHF1E", "00V248V", "2448442", "44444444", "8442448", "000DM",
    ];

    /// <summary>Whether a dot of a letter is set; letters that are not there look like a question mark.</summary>
    public static bool IsSet(char letter, int column, int row)
    {
        string rows = Glyphs[(letter is >= First and <= Last ? letter : '?') - First];
        return row < rows.Length && (Digit(rows[row]) >> (Columns - 1 - column) & 1) != 0;
    }

    private static int Digit(char digit) => digit <= '9' ? digit - '0' : digit - 'A' + 10;
}
