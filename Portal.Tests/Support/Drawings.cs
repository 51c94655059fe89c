namespace Portal.Tests.Support;

/// <summary>Two kinds of pictures that a classifier learns from a few examples.</summary>
public static class Drawings
{
    public static byte[] Red(int seed) =>
        Pictures.Square(seed, (250, 240, 240), ((byte)(200 + (seed % 50)), 20, 20), 96);

    public static byte[] Blue(int seed) => Pictures.Square(seed, (20, 20, (byte)(60 + (seed % 50))), (40, 90, 230), 96);

    public static string Base64(byte[] picture) => Convert.ToBase64String(picture);
}
