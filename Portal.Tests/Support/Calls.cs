using System.Reflection;
using System.Reflection.Emit;

namespace Portal.Tests.Support;

/// <summary>Reads from compiled code what it calls.</summary>
internal static class Calls
{
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>
    /// The methods and constructors that a method's own instructions name; a lambda's stand in a method of its own.
    /// </summary>
    public static IEnumerable<MethodBase> Of(MethodBase method) => WithLastNumber(method).Select(call => call.Call);

    /// <summary>
    /// As <see cref="Of"/>, each with the last whole number that was loaded before it: an argument of an enumeration,
    /// where no other number follows it.
    /// </summary>
    public static IEnumerable<(MethodBase Call, int? Number)> WithLastNumber(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il)
        {
            yield break;
        }

        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        int? number = null;
        for (var i = 0; i < il.Length; )
        {
            var code = il[i] == 0xFE ? Codes[(short)(0xFE00 | il[i + 1])] : Codes[il[i]];
            i += code.Size;
            number = Number(code, il, i) ?? number;
            if (code.OperandType == OperandType.InlineMethod)
            {
                yield return (
                    method.Module.ResolveMethod(BitConverter.ToInt32(il, i), typeArguments, methodArguments)!,
                    number
                );
            }

            i += Length(code, il, i);
        }
    }

    private static int? Number(OpCode code, byte[] il, int at) =>
        code.Name switch
        {
            "ldc.i4" => BitConverter.ToInt32(il, at),
            "ldc.i4.s" => (sbyte)il[at],
            "ldc.i4.m1" => -1,
            ['l', 'd', 'c', '.', 'i', '4', '.', var digit] => digit - '0',
            _ => null,
        };

    private static int Length(OpCode code, byte[] il, int at) =>
        code.OperandType switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
            _ => 4,
        };
}
