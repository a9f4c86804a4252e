namespace Hutong.Client.Managed;

/// <summary>The numbers of a list, over and over.</summary>
internal sealed class ListRandom(params double[] numbers) : Random
{
    private int _drawn;

    public override double NextDouble() => numbers[_drawn++ % numbers.Length];
}
