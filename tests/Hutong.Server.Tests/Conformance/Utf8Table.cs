namespace Hutong.Server.Tests.Conformance;

/// <summary>Sequences that are UTF-8 and that are not, from the table of well-formed sequences in RFC 3629 §4.</summary>
internal static class Utf8Table
{
    public static readonly (string Name, byte[] Bytes)[] Valid =
    [
        Row("U+0000", "00"), Row("U+007F", "7F"), Row("U+0080", "C280"), Row("U+07FF", "DFBF"), Row("U+0800", "E0A080"),
        Row("U+D7FF", "ED9FBF"), Row("U+E000", "EE8080"), Row("U+FFFD", "EFBFBD"), Row("U+FFFE", "EFBFBE"), Row("U+FFFF", "EFBFBF"),
        Row("U+FEFF", "EFBBBF"), Row("U+10000", "F0908080"), Row("U+1FFFF", "F09FBFBF"), Row("U+FFFFF", "F3BFBFBF"), Row("U+10FFFF", "F48FBFBF"),
        Row("Greek", "CEBAE1BDB9CF83CEBCCEB5"), Row("mixed", "48C2B5E282ACF09D848E21"),
    ];

    /// <summary>Wrong wherever the text goes on.</summary>
    public static readonly (string Name, byte[] Bytes)[] InvalidAtOnce =
    [
        Row("continuation 80", "80"), Row("continuation BF", "BF"), Row("continuations", "808182"),
        Row("overlong slash in 2", "C0AF"), Row("overlong slash in 3", "E080AF"), Row("overlong slash in 4", "F08080AF"),
        Row("overlong U+007F", "C1BF"), Row("overlong U+07FF", "E09FBF"), Row("overlong U+FFFF", "F08FBFBF"),
        Row("surrogate D800", "EDA080"), Row("surrogate DBFF", "EDAFBF"), Row("surrogate DC00", "EDB080"), Row("surrogate DFFF", "EDBFBF"),
        Row("surrogate pair", "EDA080EDB080"), Row("U+110000", "F4908080"), Row("lead F5", "F5808080"), Row("lead F8", "F888808080"),
        Row("lead FC", "FC8480808080"), Row("FE", "FE"), Row("FF", "FF"), Row("lead C2 then a letter", "C241"),
        Row("lead E2 then a letter", "E28241"), Row("lead F0 then a lead", "F09FC2"), Row("two leads", "C2C2"),
    ];

    /// <summary>Wrong if the text ends there.</summary>
    public static readonly (string Name, byte[] Bytes)[] Invalid =
    [
        .. InvalidAtOnce,
        Row("cut after C2", "41C2"), Row("cut after E2", "41E2"), Row("cut after E282", "41E282"), Row("cut after F0", "41F0"),
        Row("cut after F09F", "41F09F"), Row("cut after F09F8C", "41F09F8C"),
    ];

    static (string Name, byte[] Bytes) Row(string name, string hex) => (name, Convert.FromHexString(hex));
}
