namespace Portal.Tests.Fuzzing;

/// <summary>What programs stumble over: as JSON, and as a part of an address.</summary>
internal static class HostileValues
{
    /// <summary>JSON, though not always valid.</summary>
    private static readonly string[] Json =
    [
        "null", "true", "false", "0", "-0", "-1", "0.5", "1e-400", "1e999", "-1e999", "2147483647", "-2147483648", "2147483648", "9223372036854775807", "9223372036854775808",
        "99999999999999999999999999999999999999", "1.0000000000000000000000001", "NaN", "Infinity", "undefined", "''", "01", "+1", ".5",
        "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u202egnp.exe\"", "\"\\ufeff\"", "\"e\\u0301\"", "\"\\ud83d\\ude00\"", "\"\\q\"", "\"\n\"", "\"open",
        "\"../../etc/passwd\"", "\"C:\\\\boot.ini\"", "\"a/b\"", "\"%2e%2e%2f\"", "\"%00\"", "\"<script>alert(1)</script>\"", "\"' OR 1=1; --\"", "\"%s%n{0}\"", "\"*\"", "\"me\"", "\"NaN\"", "\"0\"",
        "\"http://127.0.0.1:1/x.png\"", "\"http://[::1]/\"", "\"file:///etc/passwd\"", "\"http://\"", "\"javascript:alert(1)\"", "\"data:image/png;base64,AAAA\"", "\"data:,\"", "\"2026-99-99T99:99:99Z\"",
        "\"24150\"", "24150", "\"ANNOTATION_SUCCESS\"", "24158", "99",
        "[]", "{}", "[null]", "[[]]", "[{}]", "{\"\":null}", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":[]}}", "{\"\\ud800\":1}", "{\"a\":\"\\ud800\"}", "{\"__proto__\":{}}", "[1,\"a\",null,{}]",
        Deep(60), Deep(500), Deep(20_000), "{\"a\":" + Deep(63) + "}", $"\"{new string('x', 300)}\"", $"\"{new string('é', 70_000)}\"", $"[{string.Join(',', Enumerable.Repeat("null", 2000))}]",
    ];

    private static readonly string[] Words =
    [
        "", " ", "0", "-1", "1", "1.5", "1e3", "NaN", "2147483647", "2147483648", "-2147483648", "9223372036854775807", "99999999999999999999", "true", "TRUE", "null", "undefined", "[]", "{}", "a,b,,c",
        ",", "me", "owner", "..", "../..", "..\\..\\x", "a/b", "con", "nul.txt", "a:b", "*", "?", "%", "%2", "'", "\"", "\\", ";", "|", "<script>alert(1)</script>", "' OR 1=1; --", "{0}", "${x}",
        "\u0001", "\u00e9", "e\u0301", "\u202e", "\ufeff", "😀", "2026-13-45", "0001-01-01", "9999-12-31", "24150", "AAAAAAAAAAA", "gAAAAAAAAAA", "f_________8", "key:value", ":", "workflow:", "workflow:x",
        new string('x', 65), new string('9', 400), new string('é', 300),
    ];

    public static string NextJson(Random random) => Json[random.Next(Json.Length)];

    public static string NextWord(Random random) => Words[random.Next(Words.Length)];

    private static string Deep(int levels) => new string('[', levels) + new string(']', levels);
}
