using NetVips;

namespace Portal.Core.Engines.Images;

/// <summary>The pixels of one file, read by one library or the other, as libvips images.</summary>
internal interface IPictureSource : IDisposable
{
    /// <summary>Pixels across and down, as they are stored.</summary>
    (int Width, int Height) Size { get; }

    /// <summary>EXIF orientation, 1 (upright) to 8.</summary>
    int Orientation { get; }

    /// <summary>An upper estimate of the memory that decoding takes, in bytes.</summary>
    long DecodedBytes { get; }

    /// <summary>Whether samples have 16 bits, of which the upper ones may be unused.</summary>
    bool MayBeNarrow { get; }

    /// <summary>
    /// The picture, to be disposed before another is loaded; its pixels are computed when they are asked for, from top
    /// to bottom, once.
    /// </summary>
    /// <param name="reduction">
    /// 1, 2, 4 or 8: how many times smaller each side may come, where the decoder does this at little cost.
    /// </param>
    /// <exception cref="VipsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    Image Load(int reduction = 1);
}
