using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Portal.Core.Domain.Models;

/// <summary>
/// Sums in one order on every processor. A general-purpose dot product adds in an order that follows the width of the
/// machine's registers, and a score could then cross a threshold when a data directory moves to another machine.
/// Multiplication and addition stay separate for the same reason.
/// </summary>
internal static class FixedOrder
{
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var a = MemoryMarshal.Cast<float, Vector256<float>>(left);
        var b = MemoryMarshal.Cast<float, Vector256<float>>(right);
        Vector256<float> even = default,
            odd = default;
        var i = 0;
        for (; i + 1 < a.Length; i += 2)
        {
            even += a[i] * b[i];
            odd += a[i + 1] * b[i + 1];
        }

        if (i < a.Length)
        {
            even += a[i] * b[i];
        }

        var total = 0f;
        even += odd;
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
        {
            total += even[lane];
        }

        for (var rest = a.Length * Vector256<float>.Count; rest < left.Length; rest++)
        {
            total += left[rest] * right[rest];
        }

        return total;
    }
}
