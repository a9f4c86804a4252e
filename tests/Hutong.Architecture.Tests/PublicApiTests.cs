namespace Hutong.Architecture;

/// <summary>The public surface of each library stands in <c>src/&lt;library&gt;/PublicAPI.txt</c>. To accept a change: UPDATE_API=1 ./test.</summary>
public class PublicApiTests
{
    public static TheoryData<string> Libraries => [.. Repository.Libraries];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void PublicApi_OfALibrary_IsTheApprovedOne(string library)
    {
        string path = Path.Combine(Repository.Root, "src", library, "PublicAPI.txt");
        string actual = PublicApi.Describe(Repository.Load(library));
        if (Environment.GetEnvironmentVariable("UPDATE_API") == "1")
            File.WriteAllText(path, actual);

        File.Exists(path).ShouldBeTrue($"run the tests with UPDATE_API=1 to write {path}");
        actual.ShouldBe(File.ReadAllText(path), $"the public API of {library} changed; if that is meant, run the tests with UPDATE_API=1");
    }
}
